import Foundation
import Library
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// `woodshed record` as a musician runs it.
  @Suite struct Record {
    /// How long the load lasts.
    static let seconds =
      ProcessInfo.processInfo.environment["WOODSHED_LOAD_SECONDS"].flatMap(Int.init) ?? 60

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func whateverAsksItToEndAllIsStored(signal: Int32) async throws {
      let studio = try Studio()
      let recording = try await studio.record()
      try await SequencerOutput(to: through()).play(Playing.everyKind)
      #expect(recording.end(by: signal) == 0)
      #expect(try studio.events(of: 1).map(\.message) == Playing.everyKind.map(\.message))
      #expect(try studio.marks(of: 1) == [])
      #expect(try studio.integrity() == "ok")
    }

    @Test func aSecondRecorderIsRefused() async throws {
      let studio = try Studio()
      let recording = try await studio.record()
      let second = try studio.start(["record"])
      #expect(second.finish() == 1)
      #expect(second.said.hasPrefix("cannot record"), "\(second.said)")
      #expect(second.said.split(separator: "\n").count == 1)
      try await SequencerOutput(to: through()).play(Playing.everyKind)
      #expect(recording.end() == 0)
      #expect(try studio.events(of: 1).map(\.message) == Playing.everyKind.map(\.message))
    }

    @Test func killedAtTwentyMomentsItLosesHalfASecondAtMost() async throws {
      let studio = try Studio()
      let notes = Playing.notes(4000, distance: 3_000_000)
      var lost: [Double] = []
      for take in 1...20 {
        let witness = Listener(
          try SequencerInput(.named([PortQuery("Midi Through")]), name: "witness"))
        let recording = try await studio.record()
        if take > 1 { #expect(recording.said.contains("take \(take - 1) of")) }
        let output = try SequencerOutput(to: through())
        let playing = Task { try await output.play(notes) }
        // Half a second may be lost, so that sooner there need be no take.
        try await Task.sleep(for: .seconds(.random(in: 0.7...2.5)))
        let end = try witness.input.now()
        recording.end(by: SIGKILL)
        try await output.stop()
        try await playing.value

        #expect(try studio.integrity() == "ok")
        let heard = try await witness.finish().filter { $0.isMessage }
        let stored = try studio.events(of: Int64(take))
        #expect(heard.messages.starts(with: stored.map(\.message)))
        let due = heard.prefix { $0.nanoseconds <= end - 500_000_000 }
        #expect(stored.count >= due.count, "\(due.count - stored.count) events are missing")
        let distances = heard.prefix(stored.count).map { $0 }.midi.distances(from: stored)
        #expect(stored.isEmpty || distances.all <= 20_000_000, "\(distances)")
        if let first = heard.dropFirst(stored.count).first {
          lost.append(Double(max(0, end - first.nanoseconds)) / 1e6)
        }
      }
      let next = try await studio.record()
      #expect(next.said.contains("take 20 of") && next.said.contains("had broken off: finished"))
      #expect(next.end() == 0)
      #expect(try studio.takes() == Array(1...20))
      for take in try studio.takes() { #expect(try studio.marks(of: take) == [.interrupted]) }
      lost.sort()
      print("kill -9 twenty times: lost \(lost.map { Int($0.rounded()) }) ms")
    }

    @Test func threeThousandEventsASecondAreStored() async throws {
      let studio = try Studio()
      let recording = try await studio.record()
      let notes = Playing.notes(3000 * Self.seconds, distance: 1_000_000_000 / 3000)
      try await SequencerOutput(to: through()).play(notes)
      #expect(recording.end() == 0)
      #expect(!recording.said.contains("!!"), "\(recording.said)")
      #expect(try studio.events(of: 1).map(\.message) == notes.map(\.message))
    }

    @Test func burstsOfTenThousandAreStored() async throws {
      let studio = try Studio()
      let recording = try await studio.record()
      let notes = Playing.notes(10_000, distance: 0)
      try await SequencerOutput(to: through()).play(notes)
      let file = try studio.file("burst.mid", MillisecondFile.bytes(of: notes))
      try Tool.run("aplaymidi", "-d", "0", "-p", "\(recording.port.address)", file)
      #expect(recording.end() == 0)
      #expect(!recording.said.contains("!!"), "\(recording.said)")
      // Who plays beside another has a channel of its own: here the second.
      let besides = notes.map { event -> MIDIMessage in
        guard case .channel(let status, let pitch, let velocity) = event.message
        else { return event.message }
        return .channel(status: status | 1, data1: pitch, data2: velocity)
      }
      #expect(
        try studio.events(of: 1).map(\.message) == notes.map(\.message) + besides)
    }

    @Test(.enabled(if: Bed.hasKeyboards, "there is no snd-virmidi that may be unplugged here"))
    func aKeyboardIsUnpluggedUnderTheHands() async throws {
      let studio = try Studio()
      let recording = try await studio.record(from: "VirMIDI 0-0")
      try Tool.run("amidi", "-p", Hotplug.rawDevice(), "-S", "B0 40 7F 90 3C 64 90 40 64")
      try await Task.sleep(for: .milliseconds(300))
      try Hotplug.unplug()
      try await recording.wait(for: "is gone; 2 sounding notes ended")
      try Hotplug.plugIn()
      for _ in 0..<1000 where recording.said.matches(of: #/hearing/#).count < 2 {
        try await Task.sleep(for: .milliseconds(10))
      }
      try Tool.run("amidi", "-p", Hotplug.rawDevice(), "-S", "90 3E 64 80 3E 40")
      try await Task.sleep(for: .milliseconds(300))
      #expect(recording.end() == 0)
      #expect(recording.said.matches(of: #/hearing [^\n]*VirMIDI 0-0/#).count == 2)
      #expect(
        try studio.events(of: 1).map(\.message) == [
          .control(controller: 64, value: 127), .noteOn(pitch: 60, velocity: 100),
          .noteOn(pitch: 64, velocity: 100),
          .noteOff(pitch: 60), .noteOff(pitch: 64), .control(controller: 64, value: 0),
          .noteOn(pitch: 62, velocity: 100), .noteOff(pitch: 62),
        ])
      #expect(try studio.marks(of: 1) == [.unplugged])
    }

    @Test func whatIsNoPlayingIsNoTake() async throws {
      let studio = try Studio()
      let recording = try await studio.record("--split", "1")
      let sent: [MIDIMessage] = [
        .control(controller: 0, value: 0), .channel(status: 0xC0, data1: 4, data2: 0),
        .control(controller: 121, value: 0), .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7]),
        .system([0xFA]), .system([0xFC]),
      ]
      try await SequencerOutput(to: through()).play(
        sent.map { MIDIEvent(nanoseconds: 0, message: $0) })
      try await Task.sleep(for: .milliseconds(300))
      #expect(recording.end() == 0)
      #expect(try studio.takes() == [])
      // What Midi Through is sent at the end of playing, to silence it, comes besides.
      #expect(
        recording.said.contains(#/nothing was played: no note among \d+ messages from Midi/#),
        "\(recording.said)")
    }

    @Test func aTremblingPedalEndsNoSilence() async throws {
      let studio = try Studio()
      let recording = try await studio.record("--split", "1")
      let note: [MIDIEvent] = [
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
        MIDIEvent(nanoseconds: 100_000_000, message: .noteOff(pitch: 60)),
      ]
      let trembling = (1...30).map {
        MIDIEvent(
          nanoseconds: Int64($0) * 100_000_000,
          message: .control(controller: 64, value: UInt8($0 % 3)))
      }
      try await SequencerOutput(to: through()).play(note + trembling.dropFirst())
      #expect(recording.said.contains("take 1: 0:0"), "\(recording.said)")
      #expect(recording.end() == 0)
      #expect(try studio.takes() == [1])
    }

    @Test func whoHasTakenAllQueuesIsSaid() throws {
      let hog = try SequencerClient(name: "hog")
      for _ in 0..<64 { _ = try? hog.makeQueue("hog") }
      #expect {
        try SequencerInput(.named([]), name: "woodshed test")
      } throws: {
        guard case SequencerError.queuesTaken(let holders) = $0 else { return false }
        return holders.contains("hog")
      }
      withExtendedLifetime(hog) {}
    }

    @Test func gesturesMarkAndAreNotRecorded() async throws {
      let studio = try Studio()
      let recording = try await studio.record("--gestures")
      let keys: [(Int64, MIDIMessage)] = [
        (0, .noteOn(pitch: 60, velocity: 64)), (200, .noteOff(pitch: 60)),
        // The lowest and the highest key together: a bookmark.
        (400, .noteOn(pitch: 21, velocity: 90)), (410, .noteOn(pitch: 108, velocity: 90)),
        (500, .noteOff(pitch: 21)), (510, .noteOff(pitch: 108)),
        (800, .noteOn(pitch: 62, velocity: 64)), (900, .noteOff(pitch: 62)),
      ]
      try await SequencerOutput(to: through()).play(
        keys.map { MIDIEvent(nanoseconds: $0 * 1_000_000, message: $1) })
      try await recording.wait(for: "gesture: bookmark")
      #expect(recording.end() == 0)
      #expect(try studio.marks(of: 1) == [.bookmark])
      #expect(
        try studio.events(of: 1).map(\.message) == [0, 1, 6, 7].map { keys[$0].1 })
    }

    @Test func keepMeansWhatWasJustPlayedAndCanBeTakenBack() async throws {
      let studio = try Studio()
      let recording = try await studio.record("--gestures")
      func strike(_ keys: [UInt8], at milliseconds: Int64) -> [MIDIEvent] {
        keys.map {
          MIDIEvent(
            nanoseconds: milliseconds * 1_000_000, message: .noteOn(pitch: $0, velocity: 90))
        }
          + keys.map {
            MIDIEvent(
              nanoseconds: (milliseconds + 150) * 1_000_000, message: .noteOff(pitch: $0))
          }
      }
      try await SequencerOutput(to: through()).play(
        strike([60], at: 0) + strike([105, 107, 108], at: 400) + strike([62], at: 1000)
          + strike([21, 23, 24], at: 1400) + strike([21, 107, 108], at: 2000))
      try await recording.wait(for: "gesture: undo, take 2: its discard is taken back")
      #expect(recording.said.contains("gesture: keep, take 1\n"), "\(recording.said)")
      #expect(recording.said.contains("gesture: discard, take 2\n"), "\(recording.said)")
      #expect(recording.end() == 0)
      #expect(try studio.takes() == [1, 2])
      #expect(try studio.events(of: 2).map(\.message) == strike([62], at: 0).map(\.message))
    }

    @Test func whileAnotherProgramHoldsTheLibraryItWaits() async throws {
      let studio = try Studio()
      let recording = try await studio.record()
      let other = try Tool(
        "sqlite3", studio.library.path(), ".timeout 2000", "BEGIN IMMEDIATE", ".shell sleep 3",
        "COMMIT")
      try await SequencerOutput(to: through()).play(Playing.notes(600, distance: 5_000_000))
      try await recording.wait(for: "!! NOT STORED YET, kept in memory: ")
      try await recording.wait(for: "stored: the library has everything again")
      other.finish()
      #expect(recording.end() == 0)
      #expect(
        try studio.events(of: 1).map(\.message)
          == Playing.notes(600, distance: 0).map(\.message))
    }
  }
}

extension StampedEvent {
  fileprivate var isMessage: Bool {
    if case .message = event { true } else { false }
  }
}
