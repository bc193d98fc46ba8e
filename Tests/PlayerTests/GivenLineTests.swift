import Foundation
import MIDI
import Network
import Performance
import Testing

@testable import Player

/// Notes that are given, and what is drawn beside them.
@Suite struct GivenLineTests {
  private static func note(_ pitch: UInt8, _ start: Double, _ end: Double, _ velocity: UInt8 = 70)
    -> Note
  {
    Note(
      pitch: pitch, velocity: velocity, start: Int64((start * 1e9).rounded()),
      end: Int64((end * 1e9).rounded()))
  }

  /// Repeated keys, a chord, a note of eight seconds, an overlap.
  private static let line = [
    note(72, 0.5, 0.9), note(72, 0.9, 1.0, 90), note(74, 1.2, 2), note(76, 1.2, 1.21),
    note(79, 1.9, 3), note(67, 3, 11, 30), note(84, 3.005, 3.5), note(84, 10.5, 11),
  ]

  private static func played(
    _ line: GivenLine, seconds: Double = 11, longest: Int = 900, streams: Int = 4, seed: UInt64 = 2
  ) throws -> [Note] {
    let weights = try Model.weights(
      from: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/model-plain.safetensors"))
    var settings = TakeSettings()
    settings.count = 1
    settings.seconds = seconds
    settings.precision = .float32
    var competition = Competition(streamsPerTake: streams)
    competition.givenExponent = 1
    let takes = try TakeStreams(
      of: [SampledNetwork(weights, precision: .float32)], settings, constraints: [line],
      competition: competition, longestNote: longest, seed: seed
    ).generate { _ in true }
    #expect(takes[0].logWeight == 0)
    return takes[0].notes
  }

  private struct Struck: Hashable {
    var pitch: UInt8
    var start: Int
    var end: Int
    var bin: Int

    init(_ note: Note) {
      pitch = note.pitch
      start = Vocabulary.step(ofNanoseconds: note.start)
      end = Vocabulary.step(ofNanoseconds: note.end)
      bin = Vocabulary.bin(ofVelocity: note.velocity)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyNoteIsPlayedAtItsTime(seed: UInt64) throws {
    let notes = try Self.played(GivenLine(Self.line), seed: seed)
    let struck = Set(notes.map(Struck.init))
    for note in Self.line { #expect(struck.contains(Struck(note)), "\(note)") }
    #expect(notes.count > Self.line.count)
  }

  @Test func nothingIsDrawnWhereNothingIsFree() throws {
    let notes = try Self.played(GivenLine(Self.line, free: 4_000_000_000..<6_000_000_000))
    let line = Set(Self.line.map(Struck.init))
    for note in notes where !line.contains(Struck(note)) {
      #expect((4_000_000_000..<6_000_000_000).contains(note.start))
    }
  }

  @Test func theOtherHandStaysOnItsSide() throws {
    let line = Set(Self.line.map(Struck.init))
    for note in try Self.played(GivenLine(Self.line, side: .left))
    where !line.contains(Struck(note)) && note.start < 2_000_000_000 {
      #expect(note.pitch < 79)
    }
    let right = try Self.played(GivenLine(Self.line, side: .right))
    for note in right where !line.contains(Struck(note)) && note.start > 11_000_000_000 {
      #expect(note.pitch > 67)
    }
  }

  @Test func noSemitoneIsStruckAgainstTheLine() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let notes = try Self.played(GivenLine(Self.line), seed: seed)
      let line = Set(Self.line.map(Struck.init))
      for drawn in notes where !line.contains(Struck(drawn)) {
        for given in Self.line where abs(given.start - drawn.start) <= 20_000_000 {
          #expect(abs(Int(given.pitch) - Int(drawn.pitch)) > 1)
        }
      }
    }
  }

  @Test func theSkeletonIsTheOuterVoices() {
    let notes = [
      Self.note(48, 0, 2), Self.note(60, 0.01, 1), Self.note(72, 0.02, 1), Self.note(64, 0.5, 1),
      Self.note(79, 1.2, 1.4), Self.note(55, 1.5, 1.9), Self.note(50, 2.5, 3),
    ]
    #expect(Skeleton.of(notes).map(\.pitch) == [48, 72, 79, 55, 50])
    #expect(Skeleton.of([]).isEmpty)
  }
}
