import Foundation
import MIDI
import Performance
import Testing

@testable import Sequencer

extension ALSATests {
  /// `woodshed play` and `woodshed record` as each other's proof, and aplaymidi as both's.
  @Suite struct Play {
    /// A file to play, for as long as its music lasts, besides the tests' own.
    static let performance = ProcessInfo.processInfo.environment["WOODSHED_PERFORMANCE"]

    @Test func playedAndRecordedAgainATakeIsTheSame() async throws {
      let studio = try Studio()
      let first = try await studio.record()
      try await SequencerOutput(to: through()).play(
        Playing.everyKind + Playing.phrase(after: 500_000_000))
      #expect(first.end() == 0)

      let second = try await studio.record()
      try studio.run("play", "1", "--to", "Midi Through")
      #expect(second.end() == 0)
      let (original, again) = (try studio.events(of: 1), try studio.events(of: 2))
      #expect(original.map(\.message) == again.map(\.message))
      #expect(original.count == Playing.everyKind.count + Playing.phrase(after: 0).count)
      let distances = again.distances(from: original)
      #expect(distances.most <= 1_500_000 && distances.all <= 20_000_000, "\(distances)")
      print("recorded, played and recorded again: times differ by \(distances) ns")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func whateverEndsItNothingSoundsOn(signal: Int32) async throws {
      let studio = try Studio()
      let held = [
        MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127)),
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 100)),
        MIDIEvent(nanoseconds: 20_000_000_000, message: .noteOff(pitch: 60)),
      ]
      let file = try studio.file("held.mid", MillisecondFile.bytes(of: held))
      try studio.run("import", file)
      let listener = Listener(
        try SequencerInput(.named([PortQuery("Midi Through")]), name: "witness"))
      let playing = try studio.start(["play", "1", "--to", "Midi Through"])
      try await listener.wait { [MIDIMessage.noteOn(pitch: 60, velocity: 100)] == [$0].messages }
      #expect(playing.end(by: signal) == 0)
      let after = try await listener.finish().messages.drop { $0 != held[1].message }
      #expect(after.contains(.noteOff(pitch: 60)), "\(after)")
      #expect(after.contains(.control(controller: 64, value: 0)), "\(after)")
    }

    @Test func whatAplaymidiPlaysIsWhatTheFileHolds() async throws {
      let studio = try Studio()
      let file = try studio.file(
        "phrase.mid", MillisecondFile.bytes(of: Playing.phrase(after: 0)))
      try await compare(file, in: studio)
    }

    @Test(.enabled(if: performance != nil, "WOODSHED_PERFORMANCE names no file"))
    func aPerformancePlayedByAplaymidiIsWhatItsFileHolds() async throws {
      try await compare(try #require(Self.performance), in: Studio())
    }

    /// Records what aplaymidi makes of a file, and holds its notes, as the model sees them, against
    /// those of the file.
    private func compare(_ file: String, in studio: Studio) async throws {
      let recording = try await studio.record()
      try Tool.run("aplaymidi", "-d", "1", "-p", "Midi Through", file)
      #expect(recording.end() == 0)
      let exported = studio.folder.appending(path: "again.mid").path()
      try studio.run("export", "1", "--to", exported)

      let original = Self.notes(of: try studio.run("tokens", file))
      let recorded = Self.notes(of: try studio.run("tokens", exported))
      #expect(original.map(\.pitch).sorted() == recorded.map(\.pitch).sorted())
      #expect(!original.isEmpty)
      // A key's notes keep their order; between keys a step's jitter may change it.
      let pairs = zip(original.sorted(by: Self.byKey), recorded.sorted(by: Self.byKey))
      let step = Vocabulary.nanosecondsPerStep
      let close = pairs.count { first, second in
        first.velocity == second.velocity && abs(first.start - second.start) <= step
          && abs(first.end - second.end) <= 2 * step
      }
      print("by aplaymidi: \(close) of \(original.count) notes within a step")
      #expect(Double(close) >= 0.99 * Double(original.count))
    }

    private static func notes(of tokens: String) -> [Note] {
      Decoding.notes(of: tokens.split(separator: "\n").compactMap { UInt16($0) })
    }

    private static func byKey(_ first: Note, _ second: Note) -> Bool {
      (first.pitch, first.start) < (second.pitch, second.start)
    }
  }
}

extension Playing {
  /// Some bars of broken chords with the pedal, on whole steps of ten milliseconds.
  static func phrase(after start: Int64) -> [MIDIEvent] {
    let step: Int64 = 10_000_000
    return (0..<16).flatMap { bar in
      let root = UInt8(40 + bar * 7 % 24)
      let begin = start + Int64(bar) * 50 * step
      let keys = [root, root + 7, root + 12, root + 16].enumerated().flatMap { index, pitch in
        [
          MIDIEvent(
            nanoseconds: begin + Int64(index) * 10 * step + step,
            message: .noteOn(pitch: pitch, velocity: UInt8(40 + bar * 5))),
          MIDIEvent(
            nanoseconds: begin + Int64(index) * 10 * step + 14 * step,
            message: .noteOff(pitch: pitch)),
        ]
      }
      let pedal = [
        MIDIEvent(nanoseconds: begin, message: .control(controller: 64, value: 127)),
        MIDIEvent(
          nanoseconds: begin + 48 * step, message: .control(controller: 64, value: 0)),
      ]
      return (keys + pedal).sorted { $0.nanoseconds < $1.nanoseconds }
    }
  }
}
