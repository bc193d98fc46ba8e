import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  @Suite struct Output {
    @Test func recordedAgainATakeIsTheSame() async throws {
      let take =
        Playing.everyKind
        + Playing.systemKinds.map {
          MIDIEvent(nanoseconds: $0.nanoseconds + 300_000_000, message: $0.message)
        }
      let recorded = try await roundTrip(take)
      #expect(recorded.messages == take.map(\.message))
      let distances = recorded.midi.distances(from: take)
      #expect(distances.most <= 100_000 && distances.all <= 20_000_000, "\(distances)")
    }

    @Test func timesBetweenMillisecondsAreKeptToOneAndAHalf() async throws {
      let notes = Playing.notes(300, distance: 3_141_593)
      let recorded = try await roundTrip(notes)
      #expect(recorded.messages == notes.map(\.message))
      let distances = recorded.midi.distances(from: notes)
      #expect(distances.most <= 1_500_000 && distances.all <= 20_000_000, "\(distances)")
    }

    @Test(arguments: [256, 1000, 10_000])
    func longSystemExclusiveArrivesWhole(count: Int) async throws {
      let take = [
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
        MIDIEvent(nanoseconds: 1_000_000, message: Playing.exclusive(count)),
        MIDIEvent(nanoseconds: 2_000_000, message: .noteOff(pitch: 60)),
      ]
      #expect(try await roundTrip(take).messages == take.map(\.message))
    }

    @Test func whatSaysOnlyThatTimeGoesByIsDropped() async throws {
      let take = [
        MIDIEvent(nanoseconds: 0, message: .system([0xF8])),
        MIDIEvent(nanoseconds: 0, message: .system([0xFE])),
        MIDIEvent(nanoseconds: 0, message: .system([0xF1, 0x35])),
        MIDIEvent(nanoseconds: 0, message: .system([0xFA])),
      ]
      #expect(try await roundTrip(take).messages == [.system([0xFA])])
    }

    @Test func arecordmidiHearsATakeOnTheMillisecond() async throws {
      let folder = try TemporaryFolder()
      let file = try folder.file("heard.mid")
      let through = try through()
      // 60 beats a minute and 1,000 ticks a beat: a tick a millisecond.
      let recorder = try Tool(
        "arecordmidi", "-p", "\(through.address)", "-b", "60", "-t", "1000", file)
      try await untilSomeoneHears(through)
      try await SequencerOutput(to: through).play(Playing.everyKind)
      recorder.interrupt()
      let heard = try MillisecondFile.events(of: Array(Data(contentsOf: URL(filePath: file))))
      #expect(heard.map(\.message) == Playing.everyKind.map(\.message))
      let distances = heard.distances(from: Playing.everyKind)
      #expect(distances.most <= 1_500_000 && distances.all <= 20_000_000, "\(distances)")
    }

    @Test func aseqdumpSeesTheSystemMessages() async throws {
      let through = try through()
      let dump = try Tool("aseqdump", "-p", "\(through.address)")
      try await untilSomeoneHears(through)
      try await SequencerOutput(to: through).play(Playing.systemKinds)
      let kinds = dump.interrupt().split(separator: "\n").compactMap { line -> String? in
        guard line.contains("\(through.address)") else { return nil }
        return line.split(separator: " ").dropFirst().joined(separator: " ")
      }
      // How it shows their values differs from version to version.
      let names = [
        "Song position p", "Song select", "Tune request", "Start", "Continue", "Stop", "Reset",
      ]
      #expect(kinds.count == names.count)
      #expect(zip(kinds, names).allSatisfy { $0.hasPrefix($1) }, "\(kinds)")
    }

    @Test func aTakeThatEndsWithAKeyAndThePedalDownIsLetGo() async throws {
      let take = [
        MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127)),
        MIDIEvent(nanoseconds: 1_000_000, message: .noteOn(channel: 2, pitch: 60, velocity: 64)),
      ]
      let messages = try await roundTrip(take).messages
      #expect(
        messages == take.map(\.message) + [
          .noteOff(channel: 2, pitch: 60), .control(controller: 64, value: 0),
        ])
    }

    @Test func aPortThatGoesEndsPlaying() async throws {
      var input: SequencerInput? = try SequencerInput(.named([]), name: "fleeting")
      let address = try #require(input).address
      let port = try #require(PortList.current().first { $0.address == address })
      let output = try SequencerOutput(to: port)
      let playing = Task { try await output.play(Playing.notes(1000, distance: 100_000_000)) }
      while try await output.progress == nil { await Task.yield() }
      input = nil
      await #expect(throws: SequencerError.portGone(name: "fleeting: in")) {
        try await playing.value
      }
    }

    private func untilSomeoneHears(_ port: SequencerPort) async throws {
      for _ in 0..<1000 {
        let now = try PortList.current().first { $0.address == port.address }
        if now?.sendsTo.isEmpty == false { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      Issue.record("no one connected to \(port.name)")
    }
  }
}
