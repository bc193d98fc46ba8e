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
      // First comes a note that asks whether it is heard as an echo.
      let heard = try await Array(witness.finish().filter { $0.message != nil }.dropFirst(2))
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

    @Test func whereItPlaysToVanishesAndReturnsAndRecordingGoesOn() async throws {
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
      try await duet.wait(for: "which the model plays to, is gone")
      try await output.play(Self.call)
      try await Task.sleep(for: .milliseconds(500))
      let returned = try Child(["aseqdump"])
      try await duet.wait(for: "what the model plays to is back")
      // The call has been going on for longer than the two seconds of a turn, so the answer comes at once.
      for _ in 0..<200 where !returned.said.contains("Note on") {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(returned.said.contains("Note on"))
      #expect(duet.end() == 0, "\(duet.said)")
      returned.send(SIGKILL)
      returned.finish()
      let library = try TakeLibrary.open(at: studio.library)
      defer { try? library.close() }
      let played = try library.takes().filter { $0.origin == .played }.map(\.number).sorted()
      #expect(
        try played.flatMap { try studio.events(of: $0).map(\.message) }
          == (Self.call + Self.call).map(\.message))
      #expect(try studio.integrity() == "ok")
    }

    /// Disconnected by hand in an answer: what sounds is ended, the model waits, and plays when it is connected.
    @Test func whereItPlaysToIsDisconnectedAndConnectedByHand() async throws {
      let studio = try Studio()
      let witness = Listener(
        try SequencerInput(.named([]), waitsForAbsent: false, name: "witness", room: 2000))
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "\(witness.input.address)", "--model", "base", "--trade",
        "2", "--seed", "4", "--density", "8",
      ])
      try await duet.wait(for: "hearing Midi Through")
      try await SequencerOutput(to: through()).play(Self.call)
      try await witness.wait { $0.message?.isNoteOn == true && $0.message?.pitch != 108 }
      let output = try #require(
        try PortList.current().first {
          $0.identity.clientName == "woodshed" && $0.identity.portName == "out"
        }?.address)
      try Tool.run("aconnect", "-d", "\(output)", "\(witness.input.address)")
      try await duet.wait(for: "is gone or disconnected")
      let silenced = await witness.events.compactMap(\.message)
      #expect(!KeyboardState(after: silenced).isHeld)
      try Tool.run("aconnect", "\(output)", "\(witness.input.address)")
      try await duet.wait(for: "what the model plays to is back")
      let count = await witness.events.count
      try await SequencerOutput(to: through()).play(Self.call)
      for _ in 0..<200 where await witness.events.count == count {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(duet.end() == 0, "\(duet.said)")
      let heard = try await witness.finish()
      #expect(heard.count > count)
      #expect(!KeyboardState(after: heard.compactMap(\.message)).isHeld)
    }

    /// All that the model plays comes back at the input: it is neither heard nor recorded as played.
    @Test func anEchoIsSaidAndIsNobodysPlaying() async throws {
      let studio = try Studio()
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "Midi Through", "--model", "base", "--trade", "2", "--seed",
        "1",
      ])
      try await duet.wait(for: "comes back as if you played it")
      let output = try SequencerOutput(to: through())
      try await output.play(Self.call)
      try await Task.sleep(for: .milliseconds(5000))
      #expect(duet.end() == 0, "\(duet.said)")
      let library = try TakeLibrary.open(at: studio.library)
      defer { try? library.close() }
      let takes = try library.takes().sorted { $0.number < $1.number }
      #expect(takes.map(\.origin) == [.played, .generated])
      #expect(try studio.events(of: 1).map(\.message) == Self.call.map(\.message))
      #expect((takes.last?.noteCount ?? 0) > 0)
    }

    /// A chord and the pedal are held down while the model answers: the chord is neither struck nor let go.
    @Test func whatIsHeldAtTheHandOverIsTheMusicians() async throws {
      let studio = try Studio()
      let witness = Listener(
        try SequencerInput(.named([]), waitsForAbsent: false, name: "witness", room: 2000))
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "\(witness.input.address)", "--model", "base", "--trade",
        "2", "--seed", "2",
      ])
      try await duet.wait(for: "hearing Midi Through")
      let held: [UInt8] = [48, 55, 60, 64]
      // Held for seven seconds, of which the answer is from the second to the fourth.
      let pedal = MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127))
      try await SequencerOutput(to: through()).play(
        [pedal]
          + held.map { MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: $0, velocity: 60)) }
          + held.map { MIDIEvent(nanoseconds: 7_000_000_000, message: .noteOff(pitch: $0)) })
      let whileHeld = await witness.events.compactMap(\.message?.pitch)
      #expect(whileHeld.contains { $0 != 108 })
      #expect(whileHeld.allSatisfy { !held.contains($0) })
      #expect(duet.end() == 0, "\(duet.said)")
      let heard = try await witness.finish()
      #expect(!KeyboardState(after: heard.compactMap(\.message)).isHeld)
      #expect(try studio.origins() == [.played, .generated])
    }

    /// Two keyboards play into one take, and one of them is unplugged while the model answers.
    @Test(.enabled(if: Bed.hasKeyboards, "there is no snd-virmidi that may be unplugged here"))
    func oneOfTwoKeyboardsIsUnpluggedInAnAnswer() async throws {
      let studio = try Studio()
      let witness = Listener(
        try SequencerInput(.named([]), waitsForAbsent: false, name: "witness", room: 2000))
      let duet = try studio.start([
        "duet", "VirMIDI 0-0", "Midi Through", "--to", "\(witness.input.address)", "--model",
        "base", "--trade", "2", "--seed", "3",
      ])
      try await duet.wait(for: "VirMIDI 0-0\n")
      let device = try Hotplug.rawDevice()
      // A key of the first keyboard is down when that is unplugged.
      try Tool.run("amidi", "-p", device, "-S", "90 1E 40")
      try await SequencerOutput(to: through()).play(Array(Self.call.prefix(6)))
      try await witness.wait { $0.message?.isNoteOn == true && $0.message?.pitch != 108 }
      try Hotplug.unplug()
      defer { try? Hotplug.plugIn() }
      try await duet.wait(for: "VirMIDI 0-0 is gone")
      try await Task.sleep(for: .milliseconds(3000))
      #expect(duet.end() == 0, "\(duet.said)")
      let heard = try await witness.finish()
      #expect(!KeyboardState(after: heard.compactMap(\.message)).isHeld)
      #expect(try studio.origins().first == .played)
      let first = try studio.events(of: 1).map(\.message)
      #expect(first.contains(.noteOn(pitch: 30, velocity: 64)))
      #expect(first.filter(\.isNoteOn).count == 4)
      #expect(!KeyboardState(after: first).isHeld)
      #expect(try studio.integrity() == "ok")
    }

    /// What is played while the model computes is all recorded.
    @Test func threeThousandEventsASecondAreRecordedBesideIt() async throws {
      let studio = try Studio()
      let witness = Listener(
        try SequencerInput(.named([]), waitsForAbsent: false, name: "witness", room: 2000))
      let duet = try studio.start([
        "duet", "Midi Through", "--to", "\(witness.input.address)", "--model", "base", "--together",
        "--trade", "1",
      ])
      try await duet.wait(for: "hearing Midi Through")
      let notes = Playing.notes(3000 * Load.seconds, distance: 1_000_000_000 / 3000)
      try await SequencerOutput(to: through()).play(notes)
      #expect(duet.end() == 0, "\(duet.said)")
      let heard = try await witness.finish()
      #expect(!KeyboardState(after: heard.compactMap(\.message)).isHeld)
      let library = try TakeLibrary.open(at: studio.library)
      defer { try? library.close() }
      let played = try library.takes().filter { $0.origin == .played }
        .sorted { $0.startedAt < $1.startedAt }
      let stored = try played.flatMap { try library.events(of: $0.number) }
      #expect(stored.map(\.message) == notes.map(\.message))
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
          } else if message.pitch != 21 {
            // A key that both have struck is let go with the musician's.
            delays.append(Double(event.nanoseconds - key) / 1e6)
          }
        } else if message.isNoteOn {
          since = event.nanoseconds
        }
      }
      delays.sort()
      print("key to the model's note-offs: \(delays.map { ($0 * 10).rounded() / 10 }) ms")
      #expect(!delays.isEmpty)
      // Other work on the machine may hold any of them up: that most come soon shows that nothing waits for what
      // was planned, which lies up to 400 ms ahead.
      #expect(delays[delays.count / 2] <= 20)
    }
  }
}

extension StampedEvent {
  /// What was played; `nil` for notices.
  fileprivate var message: MIDIMessage? {
    if case .message(let message, _) = event { message } else { nil }
  }
}

extension MIDIMessage {
  /// The key that is struck or let go.
  fileprivate var pitch: UInt8? {
    guard case .channel(_, let pitch, _) = self, isNoteOn || isNoteOff else { return nil }
    return pitch
  }
}
