import Foundation
import MIDI
import Testing

@testable import Sequencer

/// What this machine has to test with.
enum Bed {
  static let hasSequencer = isComplete || FileManager.default.fileExists(atPath: "/dev/snd/seq")

  /// The driver of the virtual keyboards, which can be unplugged.
  static let keyboardDriver = "/sys/bus/platform/drivers/snd_virmidi"
  static let hasKeyboards =
    isComplete || FileManager.default.isWritableFile(atPath: keyboardDriver + "/unbind")

  /// Whether all must be here, so that what is missing fails the tests.
  static let isComplete = ProcessInfo.processInfo.environment["WOODSHED_ALSA_BED"] == "complete"
}

/// All that needs a sequencer, one test after the other: they share its ports.
///
/// `Tests/ALSABed/with-alsa` runs them on a machine that has none.
@Suite(
  .serialized,
  .enabled(
    if: Bed.hasSequencer,
    "there is no /dev/snd/seq here; Tests/ALSABed/with-alsa brings one"))
enum ALSATests {
  /// The port that sends on what it is sent.
  static func through() throws -> SequencerPort {
    try PortQuery("Midi Through").only(of: PortList.current())
  }

  /// The port of `input` as others see it.
  static func port(of input: SequencerInput) throws -> SequencerPort {
    try #require(PortList.current().first { $0.address == input.address })
  }

  /// Plays `events` to an input and returns what that recorded.
  static func roundTrip(_ events: [MIDIEvent], room: Int = 2000) async throws -> [StampedEvent] {
    let input = try SequencerInput(
      .named([]), waitsForAbsent: false, name: "woodshed test", room: room)
    let listener = Listener(input)
    try await SequencerOutput(to: port(of: input)).play(events)
    return try await listener.finish()
  }
}

/// Takes down what an input reports.
final class Listener: Sendable {
  let input: SequencerInput
  private let log = Log()
  private let task: Task<Void, any Error>

  private actor Log {
    var events: [StampedEvent] = []
    func append(_ event: StampedEvent) { events.append(event) }
  }

  init(_ input: SequencerInput) {
    self.input = input
    task = Task { [log] in for try await event in input.events { await log.append(event) } }
  }

  /// What was reported so far.
  var events: [StampedEvent] { get async { await log.events } }

  /// Waits for a report that `isWanted`; after ten seconds without one, throws.
  func wait(for isWanted: (StampedEvent) -> Bool) async throws {
    for _ in 0..<1000 {
      if await events.contains(where: isWanted) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NothingHeard(events: await events)
  }

  /// Closes the input and returns all that it reported.
  func finish() async throws -> [StampedEvent] {
    input.stop()
    try await task.value
    return await events
  }

  struct NothingHeard: Error {
    let events: [StampedEvent]
  }
}

extension [StampedEvent] {
  /// The messages alone.
  var messages: [MIDIMessage] { midi.map(\.message) }

  /// The messages with their times, nanoseconds since the first.
  var midi: [MIDIEvent] {
    var first: Int64?
    return compactMap { stamped in
      guard case .message(let message, _) = stamped.event else { return nil }
      first = first ?? stamped.nanoseconds
      return MIDIEvent(nanoseconds: stamped.nanoseconds - (first ?? 0), message: message)
    }
  }
}

extension [MIDIEvent] {
  /// How far in time events are from their counterparts, the median shift between the lists aside,
  /// in nanoseconds: nine tenths of them no further than the first number, all no further than the
  /// second.
  ///
  /// Where many machines share a processor, one of a few hundred may be held up.
  func distances(from others: [MIDIEvent]) -> (most: Int64, all: Int64) {
    let shifts = zip(self, others).map { $0.nanoseconds - $1.nanoseconds }.sorted()
    guard !shifts.isEmpty else { return (.max, .max) }
    let distances = shifts.map { abs($0 - shifts[shifts.count / 2]) }.sorted()
    return (distances[(distances.count - 1) * 9 / 10], distances.last ?? .max)
  }
}
