import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  @Suite struct Input {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What woodshed records of aplaymidi's rendering of `events`.
    func record(_ events: [MIDIEvent]) async throws -> [StampedEvent] {
      let input = try SequencerInput(.named(["Midi Through"]), name: "woodshed test")
      let listener = Listener(input)
      let file = try folder.file("take.mid", MillisecondFile.bytes(of: events))
      try Tool.run("aplaymidi", "-d", "0", "-p", "\(through().address)", file)
      return try await listener.finish()
    }

    @Test func recordsAplaymidiOnTheMillisecond() async throws {
      let notes = Playing.notes(200, distance: 7_000_000)
      let recorded = try await record(notes)
      #expect(recorded.messages == notes.map(\.message))
      let distances = recorded.midi.distances(from: notes)
      #expect(distances.most <= 100_000 && distances.all <= 20_000_000, "\(distances)")
    }

    @Test func recordsEveryKindThatAFileHolds() async throws {
      let recorded = try await record(Playing.everyKind)
      #expect(recorded.messages == Playing.everyKind.map(\.message))
    }

    @Test func recordsLongSystemExclusiveWhole() async throws {
      let long = MIDIEvent(nanoseconds: 0, message: Playing.exclusive(1000))
      let recorded = try await record([long])
      #expect(recorded.messages == [long.message])
    }

    @Test func saysWhatItIsConnectedTo() async throws {
      let input = try SequencerInput(.named(["Midi Through"]), name: "woodshed test")
      let through = try through()
      #expect(through.sendsTo.contains(input.address))
      let events = try await Listener(input).finish()
      #expect(events.map(\.event) == [.plugged(through.identity)])
    }

    @Test func refusesAPortThatIsNotThere() throws {
      #expect {
        try SequencerInput(.named(["Bösendorfer"]))
      } throws: {
        "\($0)".hasPrefix("cannot find a port named \"Bösendorfer\": there are \"")
      }
    }

    @Test func followsConnectionsMadeByHand() async throws {
      let input = try SequencerInput(.named([]), name: "woodshed test")
      let listener = Listener(input)
      let through = try through()
      try Tool.run("aconnect", "\(through.address)", "\(input.address)")
      try await listener.wait { $0.event == .plugged(through.identity) }
      try Tool.run("aconnect", "-d", "\(through.address)", "\(input.address)")
      try await listener.wait { $0.event == .unplugged(through.identity) }
      let events = try await listener.finish()
      #expect(events.map(\.event) == [.plugged(through.identity), .unplugged(through.identity)])
    }

    @Test func stampsOnAClockThatStartsWithIt() async throws {
      let input = try SequencerInput(.named([]), name: "woodshed test")
      let before = try input.now()
      try await SequencerOutput(to: port(of: input)).play(Playing.notes(2, distance: 0))
      let after = try input.now()
      let events = try await Listener(input).finish()
      #expect(events.messages.count == 2)
      #expect(events.allSatisfy { (before...after).contains($0.nanoseconds) })
      #expect(abs(input.start.timeIntervalSinceNow + Double(after) / 1e9) < 1)
    }
  }
}
