import Foundation
import MIDI
import Sequencer
import Synchronization

@testable import Duet
@testable import Network
@testable import Player

/// A port of the sequencer, and when it was handed messages.
final class TimedOutput: DuetVoice {
  let output: LiveOutput
  /// When the first note since the last question was in the kernel.
  var firstNote: Int64?
  private var holdsNote = false

  init(_ output: LiveOutput) { self.output = output }

  func schedule(_ message: MIDIMessage, at time: Int64) throws -> Int64 {
    if message.isNoteOn { holdsNote = true }
    return try output.schedule(message, at: time)
  }

  func flush() throws {
    try output.flush()
    guard holdsNote else { return }
    holdsNote = false
    if firstNote == nil { firstNote = try output.now() }
  }

  func withdraw() throws -> Int64 { try output.withdraw() }
}

private func port(at address: PortAddress) throws -> SequencerPort {
  try PortQuery("\(address)").only(of: PortList.current())
}

/// Minutes of answers through ALSA's sequencer: how late the kernel plays each event, how soon the first note of
/// an answer is in the kernel, and how soon the last of the model's keys is let go after one of the musician's.
///
/// - Parameter load: Whether 3,000 events a second are played to it beside, for a minute, which it hears.
func throughTheSequencer(_ model: Model, minutes: Double, load: Bool) async throws {
  let witness = try SequencerInput(.named([]), name: "witness")
  let heard = Task {
    var events: [StampedEvent] = []
    for try await event in witness.events { events.append(event) }
    return events
  }
  let slot = Mutex<DuetLoop?>(nil)
  let input = try SequencerInput(
    .named([]), name: "duetlive", alsoTo: { event in slot.withLock(\.self)?.hear(event) })
  let received = Task {
    var events: [StampedEvent] = []
    for try await event in input.events { events.append(event) }
    return events
  }
  let output = TimedOutput(
    try LiveOutput(
      to: port(at: witness.address), onClockOf: input, name: "model"))
  nonisolated(unsafe) let unsafeOutput = output
  let offset = try (0..<9).map { _ in try witness.now() - input.now() }.sorted()[4]
  var settings = DuetSettings()
  settings.seconds = 8
  settings.patience = 1e-9
  settings.together = load
  let planned = Mutex<[MIDIEvent]>([])
  let engine = try DuetEngine(
    [SampledNetwork(model.weights, precision: nil)], settings, on: unsafeOutput, seed: 1
  ) { news in
    if case .played(let event) = news {
      planned.withLock { (all: inout [MIDIEvent]) in all.append(event) }
    }
  }
  nonisolated(unsafe) let unsafeEngine = engine
  let loop = DuetLoop(unsafeEngine, now: { try input.now() }) { error in
    print("\(error)")
    exit(1)
  }
  slot.withLock { $0 = loop }
  let musician = try SequencerOutput(
    to: port(at: input.address), name: "musician")
  let call = [60, 64, 67, 72, 71, 67, 64, 62].enumerated().flatMap { place, pitch in
    [
      MIDIEvent(
        nanoseconds: Int64(place) * 120_000_000,
        message: .noteOn(pitch: UInt8(pitch), velocity: 70)),
      MIDIEvent(
        nanoseconds: Int64(place) * 120_000_000 + 100_000_000,
        message: .noteOff(pitch: UInt8(pitch))),
    ]
  }
  let loading = Task {
    guard load else { return [MIDIEvent]() }
    let events = (0..<180_000).map { index in
      let pitch = UInt8(21 + index / 2 % 88)
      return MIDIEvent(
        nanoseconds: Int64(index / 3) * 1_000_000,
        message: index % 2 == 0 ? .noteOn(pitch: pitch, velocity: 64) : .noteOff(pitch: pitch))
    }
    try await musician.play(events)
    return events
  }
  let clock = ContinuousClock()
  let end = clock.now + .seconds(minutes * 60)
  var handOvers: [Int64] = []
  while clock.now < end {
    if loop.status.isAnswering {
      try await Task.sleep(for: .milliseconds(50))
      continue
    }
    if !load { try await musician.play(call) }
    unsafeOutput.firstNote = nil
    let asked = try input.now()
    loop.answer()
    try await Task.sleep(for: .milliseconds(500))
    if let first = unsafeOutput.firstNote { handOvers.append(first - asked) }
  }
  let sent = try await loading.value
  loop.stop()
  report("hand-over to the first note in the kernel", handOvers)
  try await Task.sleep(for: .milliseconds(200))
  witness.stop()
  input.stop()
  let events = try await heard.value.compactMap { stamped -> MIDIEvent? in
    guard case .message(let message, _) = stamped.event else { return nil }
    return MIDIEvent(nanoseconds: stamped.nanoseconds - offset, message: message)
  }
  let played = planned.withLock { $0 }
  let equal = zip(events, played).allSatisfy { $0.message == $1.message }
  print(
    "\(events.count) events played by the kernel, \(played.count) planned"
      + (equal ? ", the same" : "; THEY DIFFER"))
  if equal {
    let late = zip(events, played).map { $0.nanoseconds - $1.nanoseconds }
    report("played after it was planned", late)
    print("more than 5 ms late: \(late.count { $0 > 5_000_000 }) of \(late.count)")
  }
  guard load else { return }
  let kept = try await received.value.compactMap { stamped -> MIDIEvent? in
    guard case .message(let message, _) = stamped.event else { return nil }
    return MIDIEvent(nanoseconds: stamped.nanoseconds, message: message)
  }
  print(
    "\(kept.count) of \(sent.count) events received beside it"
      + (kept.map(\.message) == sent.map(\.message) ? ", the same" : "; THEY DIFFER"))
  // Three come in each millisecond, on which the kernel's queue plays.
  let distances = zip(kept, sent).map { $0.nanoseconds - $1.nanoseconds }.sorted()
  if !distances.isEmpty {
    let middle = distances[distances.count / 2]
    report("a stamp, from the middle of all", distances.map { abs($0 - middle) })
  }
}
