import Foundation
import MIDI
import Network
import Performance
import Testing
import Work

@testable import Player

/// What is asked of a take, as text, as measured, and as played.
@Suite struct ControlTests {
  @Test func aLineIsStraightBetweenItsPoints() throws {
    let line = try ControlLine.density("2@0 10@20 3@30")
    #expect(line.value(at: 0) == 2 && line.value(at: 10) == 6 && line.value(at: 20) == 10)
    #expect(line.value(at: 25) == 6.5 && line.value(at: 99) == 3)
    #expect(try ControlLine.density("6").value(at: 17) == 6)
    #expect(try ControlLine.register("C4@5, c#5@10").points.map(\.value) == [60, 73])
  }

  @Test(arguments: [
    "", "fast", "0", "41", "2 3", "2@", "2@x", "2@0 3", "2@10 3@5", "2@5 3@5", "nan", "2@-1", "@3",
    "inf", "2@1e300",
  ])
  func whatIsNoDensityIsRefused(text: String) {
    #expect(throws: WrongValue.self) { try ControlLine.density(text) }
  }

  @Test func pitchClassesShareWhatThereIs() throws {
    #expect(
      try PitchClassLine("C E g").shares(at: 3) == [
        1.0 / 3, 0, 0, 0, 1.0 / 3, 0, 0, 1.0 / 3, 0, 0, 0, 0,
      ])
    let two = try PitchClassLine("C@0 F# Bb@10")
    #expect(two.shares(at: 9.9)[0] == 1)
    #expect(two.shares(at: 10)[6] == 0.5 && two.shares(at: 10)[10] == 0.5)
    #expect(try PitchClassLine("3 0 0 0 1 0 0 0 0 0 0 0").shares(at: 0)[0] == 0.75)
  }

  @Test(arguments: [
    "", "H", "C4", "C D 3", "1 2 3", "0 0 0 0 0 0 0 0 0 0 0 0", "-1 2 0 0 0 0 0 0 0 0 0 0", "C@x",
  ])
  func whatAreNoPitchClassesIsRefused(text: String) {
    #expect(throws: WrongValue.self) { try PitchClassLine(text) }
  }

  @Test func namesOfNotes() {
    #expect(PitchName("C4")?.key == 60 && PitchName("a0")?.key == 21 && PitchName("C8")?.key == 108)
    #expect(PitchName("Cb4")?.key == 59 && PitchName("B#3")?.key == 60)
    #expect(PitchName("Cb")?.pitchClass == 11 && PitchName("E♭")?.pitchClass == 3)
    #expect(PitchName("C10") == nil && PitchName("")?.key == nil && PitchName("G9")?.key == 127)
    #expect(PitchName("A9")?.key == nil)
    #expect((0...127).allSatisfy { PitchName(PitchName.text(ofKey: $0))?.key == $0 })
  }

  /// Four quarter notes a second, each sounding half of its time, then a chord.
  @Test func aTakeIsMeasured() {
    var notes = (0..<8).map { index in
      Note(
        pitch: UInt8(60 + index), velocity: 40, start: Int64(index) * 250_000_000,
        end: Int64(index) * 250_000_000 + 125_000_000)
    }
    notes.append(Note(pitch: 72, velocity: 40, start: 1_999_999_999, end: 2_500_000_000))
    let got = PlayedControls(of: notes)
    #expect(abs(got.density - 4.5) < 1e-6)
    #expect(got.loudness == 40)
    #expect(got.touch.map { abs($0 - 0.5) < 0.01 } == true)
    #expect(got.register.map { abs($0 - (508 + 72) / 9.0) < 1e-9 } == true)
    #expect(abs(got.pitchClasses[0] - 2.0 / 9) < 1e-9)
    #expect(PlayedControls(of: []).register == nil)
  }

  @Test func theControlsOfATakeFollowIt() {
    // Slow and low for ten seconds, then fast and high.
    let slow = (0..<10).map {
      Note(
        pitch: 40, velocity: 30, start: Int64($0) * 1_000_000_000,
        end: Int64($0) * 1_000_000_000 + 500_000_000)
    }
    let fast = (0..<100).map {
      Note(
        pitch: 90, velocity: 100, start: 10_000_000_000 + Int64($0) * 100_000_000,
        end: 10_000_000_000 + Int64($0) * 100_000_000 + 90_000_000)
    }
    let controls = Controls(like: slow + fast)
    #expect(controls.density?.points.map(\.value) == [1, 1, 10, 10])
    #expect(controls.register?.value(at: 2) == 40 && controls.register?.value(at: 18) == 90)
    #expect(controls.loudness?.value(at: 18) == 100)
    #expect(controls.pitchClasses?.shares(at: 12).firstIndex { $0 > 0.9 } == 6)
    #expect(Controls(like: []).isEmpty)
  }

  /// The fixture model is tiny and unmusical; it follows all the same.
  @Test(arguments: ["density", "register", "loudness", "touch"])
  func moreIsAskedForAndMoreIsPlayed(control: String) throws {
    let weights = try Model.weights(
      from: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/model-plain.safetensors"))
    func played(_ value: Double) throws -> Double {
      var settings = TakeSettings()
      settings.count = 2
      settings.seconds = 12
      settings.precision = .float32
      var controls = Controls()
      let line = ControlLine(value)
      switch control {
      case "density": controls.density = line
      case "register": controls.register = line
      case "loudness": controls.loudness = line
      default: controls.touch = line
      }
      let streams = try TakeStreams(
        by: weights, settings, constraints: [ControlSteering(toward: controls)],
        competition: Competition(), seed: 11)
      let got = try streams.generate { _ in true }.map { take -> Double? in
        let got = PlayedControls(of: take.notes)
        return switch control {
        case "density": got.density
        case "register": got.register
        case "loudness": got.loudness
        default: got.touch
        }
      }.compactMap(\.self)
      return got.reduce(0, +) / Double(max(1, got.count))
    }
    let asked: [Double] =
      switch control {
      case "density": [8, 25]
      case "register": [45, 80]
      case "loudness": [30, 100]
      default: [0.4, 2]
      }
    let (low, high) = (try played(asked[0]), try played(asked[1]))
    #expect(low < high)
    #expect(abs(low - asked[0]) < abs(high - asked[0]), "asked \(asked), got \(low) and \(high)")
    #expect(abs(high - asked[1]) < abs(low - asked[1]), "asked \(asked), got \(low) and \(high)")
  }

  @Test func onlyThePitchClassesAskedForAreStruck() throws {
    let weights = try Model.weights(
      from: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/model-plain.safetensors"))
    var settings = TakeSettings()
    settings.count = 2
    settings.seconds = 8
    settings.precision = .float32
    var controls = Controls()
    controls.pitchClasses = try PitchClassLine("C E G@0 D F A@4")
    let notes = try TakeStreams(
      by: weights, settings, constraints: [ControlSteering(toward: controls)],
      competition: Competition(streamsPerTake: 2), seed: 1
    ).generate { _ in true }.flatMap(\.notes)
    #expect(notes.count > 10)
    for note in notes {
      let classes: Set = note.start < 4_000_000_000 ? [0, 4, 7] : [2, 5, 9]
      #expect(classes.contains(Int(note.pitch % 12)))
    }
  }
}
