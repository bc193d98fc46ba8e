import Foundation
import Library
import MIDI
import Network
import Synchronization
import Testing

@testable import Duet
@testable import Player
@testable import Sequencer

extension ALSATests {
  /// `woodshed duet`, and the loop that it runs, with a real sequencer.
  @Suite struct Duets {
    /// A call of eight notes in two seconds.
    private static let call: [MIDIEvent] = (0..<8).flatMap { place -> [MIDIEvent] in
      let pitch = UInt8([60, 64, 67, 72, 71, 67, 64, 62][place])
      let start = Int64(place) * 250_000_000
      return [
        MIDIEvent(nanoseconds: start, message: .noteOn(pitch: pitch, velocity: 70)),
        MIDIEvent(nanoseconds: start + 200_000_000, message: .noteOff(pitch: pitch)),
      ]
    }

    @Test func itAnswersAndBothSidesAreStored() async throws {
      let studio = try Studio()
      let witness = Listener(
        try SequencerInput(.named([]), waitsForAbsent: false, name: "witness", room: 2000))
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "\(witness.input.address)", "--model", "base", "--seed",
        "1",
        "--length", "2", "--patience", "0.05",
      ])
      try await duet.wait(for: "asks for an answer")
      try await duet.wait(for: "hearing Midi Through")
      try await SequencerOutput(to: through()).play(Self.call)
      // The longest silence that it lets pass, an answer, and a second for its last note.
      var quiet = 0
      for _ in 0..<300 where quiet < 15 {
        try await Task.sleep(for: .milliseconds(100))
        let heard = await witness.events
        let state = KeyboardState(after: heard.compactMap(\.message))
        quiet = heard.contains { $0.message?.isNoteOn == true } && !state.isHeld ? quiet + 1 : 0
      }
      #expect(duet.end() == 0, "\(duet.said)")
      let heard = try await witness.finish().filter { $0.message != nil }
      #expect(try studio.events(of: 1).map(\.message) == Self.call.map(\.message))
      let answer = try studio.events(of: 2)
      #expect(!answer.isEmpty)
      #expect(answer.map(\.message) == heard.prefix(answer.count).compactMap(\.message))
      // How late that was depends on how fast this build draws on this machine, and is only printed.
      let distances = heard.midi.distances(from: answer)
      print(
        "played by the kernel, from when it was planned: at most \(Double(distances.all) / 1e6) ms")
      let library = try TakeLibrary.open(at: studio.library)
      defer { try? library.close() }
      let takes = try [1, 2].map { try #require(try library.take($0)) }
      #expect(takes.map(\.origin) == [.played, .generated])
      #expect(takes[1].generation?.primerTake == 1)
      #expect(takes[0].session == takes[1].session)
      #expect(try studio.integrity() == "ok")
    }

    @Test func whereItPlaysToVanishesAndRecordingGoesOn() async throws {
      let studio = try Studio()
      let receiver = try Child(["aseqdump"])
      try await Task.sleep(for: .milliseconds(300))
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "aseqdump", "--model", "base", "--trade", "2",
      ])
      try await duet.wait(for: "hearing Midi Through")
      let output = try SequencerOutput(to: through())
      try await output.play(Self.call)
      try await Task.sleep(for: .milliseconds(1000))
      receiver.send(SIGKILL)
      receiver.finish()
      try await duet.wait(for: "the model has stopped")
      try await output.play(Self.call)
      #expect(duet.end() == 0, "\(duet.said)")
      let takes = try studio.takes()
      #expect(
        try studio.events(of: try #require(takes.last)).map(\.message) == Self.call.map(\.message))
      #expect(try studio.integrity() == "ok")
    }

    /// Twenty answers are cut short by a key: how soon the last of the model's keys is let go.
    @Test func itGivesWayAtOnceAndNothingHangs() async throws {
      let witness = Listener(
        try SequencerInput(
          .named(["Midi Through"]), waitsForAbsent: false, name: "witness", room: 2000))
      let slot = Mutex<DuetLoop?>(nil)
      let input = try SequencerInput(
        .named(["Midi Through"]), name: "woodshed test",
        alsoTo: { event in slot.withLock(\.self)?.hear(event) })
      let target = try port(of: witness.input)
      let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let weights = try Model.weights(
        from: folder.appending(path: "PlayerTests/Fixtures/model-hearing-1.safetensors"))
      var settings = DuetSettings()
      settings.seconds = 30
      let engine = try DuetEngine(
        [SampledNetwork(weights, precision: .float32)], settings,
        on: try LiveOutput(to: target, onClockOf: input, name: "model"), seed: 3)
      let failure = Mutex<String?>(nil)
      let loop = DuetLoop(engine, now: { try input.now() }) { error in
        failure.withLock { $0 = "\(error)" }
      }
      slot.withLock { $0 = loop }
      let output = try SequencerOutput(to: through(), name: "musician")
      let key = [
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 21, velocity: 90)),
        MIDIEvent(nanoseconds: 40_000_000, message: .noteOff(pitch: 21)),
      ]
      for _ in 0..<20 {
        loop.answer()
        try await Task.sleep(for: .milliseconds(.random(in: 700...1400)))
        try await output.play(key)
        try await Task.sleep(for: .milliseconds(60))
      }
      loop.stop()
      #expect(failure.withLock(\.self) == nil)
      let heard = try await witness.finish()
      input.stop()
      #expect(!KeyboardState(after: heard.compactMap(\.message)).isHeld)
      // Delays from each key to the last of the model's messages before its next answer.
      var delays: [Double] = []
      var since: Int64?
      for event in heard {
        guard case .message(let message, let port) = event.event else { continue }
        if port.clientName == "model" {
          guard let key = since else { continue }
          if message.isNoteOn {
            since = nil
          } else {
            delays.append(Double(event.nanoseconds - key) / 1e6)
          }
        } else if message.isNoteOn {
          since = event.nanoseconds
        }
      }
      delays.sort()
      print("key to the model's note-offs: \(delays.map { ($0 * 10).rounded() / 10 }) ms")
      #expect(!delays.isEmpty)
      // A test may assert user-space times within 20 ms.
      #expect(delays.allSatisfy { $0 <= 20 })
    }
  }
}

extension StampedEvent {
  /// What was played; `nil` for notices.
  fileprivate var message: MIDIMessage? {
    if case .message(let message, _) = event { message } else { nil }
  }
}
