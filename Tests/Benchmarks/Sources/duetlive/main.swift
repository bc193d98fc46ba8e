import Foundation
import MIDI
import Sequencer
import Synchronization

@testable import Duet
@testable import Network
@testable import Player

// How soon a duet's model answers and gives way: the loop of `woodshed duet` with a clock and a voice of this
// program's own instead of ALSA's. Prints medians and the 99th of a hundred, in milliseconds.
//
//   swift run -c release --package-path Tests/Benchmarks -Xswiftc -enable-testing duetlive WEIGHTS [ANSWERS | hour]
//
// `duetlive WEIGHTS alsa MINUTES` and `duetlive WEIGHTS alsa MINUTES load` measure through ALSA's sequencer.

/// Notes when what was handed over.
final class StopwatchVoice: DuetVoice {
  struct Log {
    var firstNote: Int64?
    var lastOff: Int64?
    var late: [Int64] = []
    var sounding: Set<UInt8> = []
    var waiting: [(message: MIDIMessage, time: Int64)] = []
    var notes = 0
  }

  let log: Mutex<Log>
  let now: @Sendable () -> Int64

  init(_ now: @escaping @Sendable () -> Int64) {
    self.now = now
    log = Mutex(Log())
  }

  func schedule(_ message: MIDIMessage, at time: Int64) -> Int64 {
    let present = now()
    log.withLock { log in
      if message.isNoteOn {
        log.firstNote = log.firstNote ?? present
        log.notes += 1
        log.late.append(present - time)
      } else {
        log.lastOff = present
      }
      log.waiting.append((message, time))
    }
    return max(time, present)
  }

  func flush() {}

  func pass(to now: Int64) {
    log.withLock { log in
      for (message, time) in log.waiting where time <= now { log.sound(message) }
      log.waiting.removeAll { $0.time <= now }
    }
  }

  func withdraw() -> Int64 {
    let present = now()
    pass(to: present)
    log.withLock { $0.waiting = [] }
    return present
  }
}

extension StopwatchVoice.Log {
  mutating func sound(_ message: MIDIMessage) {
    guard case .channel(_, let pitch, _) = message else { return }
    if message.isNoteOn { sounding.insert(pitch) } else { sounding.remove(pitch) }
  }
}

func report(_ name: String, _ nanoseconds: [Int64]) {
  let sorted = nanoseconds.sorted()
  guard let last = sorted.last else { return print("\(name): none") }
  func ms(_ value: Int64) -> String { String(format: "%.2f", Double(value) / 1e6) }
  print(
    "\(name): median \(ms(sorted[sorted.count / 2])), 99 % \(ms(sorted[min(sorted.count - 1, sorted.count * 99 / 100)])), "
      + "most \(ms(last)) ms (\(sorted.count))")
}

/// An hour of calls and answers, as fast as it can be computed: what memory it takes every ten minutes.
func anHour(_ model: Model) throws {
  nonisolated(unsafe) var time: Int64 = 0
  let voice = StopwatchVoice { time }
  var settings = DuetSettings()
  settings.seconds = 8
  let engine = try DuetEngine(
    [SampledNetwork(model.weights, precision: nil)], settings, on: voice, seed: 1)
  let tick: Int64 = 2_000_000
  func pass(_ nanoseconds: Int64) throws {
    let end = time + nanoseconds
    while time < end {
      time += tick
      try engine.advance(to: time)
    }
  }
  var tenths = 0
  while time < 3_600_000_000_000 {
    for pitch: UInt8 in [60, 64, 67, 72, 71, 67] {
      try engine.hear(.noteOn(pitch: pitch, velocity: 70), at: time)
      try pass(200_000_000)
      try engine.hear(.noteOff(pitch: pitch), at: time)
      try pass(40_000_000)
    }
    try engine.answer(at: time)
    try pass(10_000_000_000)
    voice.log.withLock { $0.late.removeAll() }
    guard time / 600_000_000_000 > tenths else { continue }
    tenths = Int(time / 600_000_000_000)
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
    print("\(tenths * 10) minutes: \(resident), \(voice.log.withLock(\.notes)) notes")
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  print("usage: duetlive WEIGHTS [ANSWERS | hour]")
  exit(2)
}
let answers = arguments.count > 2 ? Int(arguments[2]) ?? 100 : 100
let model = try Model(file: URL(filePath: arguments[1]), precision: nil)
if arguments.count > 3, arguments[2] == "alsa" {
  try await throughTheSequencer(
    model, minutes: Double(arguments[3]) ?? 1, load: arguments.last == "load")
  exit(0)
}
if arguments.count > 2, arguments[2] == "hour" {
  try anHour(model)
  exit(0)
}
let clock = ContinuousClock()
let start = clock.now
let now: @Sendable () -> Int64 = { Int64((clock.now - start) / .nanoseconds(1)) }
let voice = StopwatchVoice(now)
var settings = DuetSettings()
settings.seconds = 20
settings.patience = 1e-9
let keyboard = PortIdentity(
  address: PortAddress(client: 20, port: 0), clientName: "keyboard", portName: "keyboard")
let logs = { voice.log.withLock { $0 } }
nonisolated(unsafe) let unsafeVoice = voice
let engine = try DuetEngine(
  [SampledNetwork(model.weights, precision: nil)], settings, on: unsafeVoice, seed: 1)
let loop = DuetLoop(engine, now: now) { error in
  print("\(error)")
  exit(1)
}
var random = SystemRandomNumberGenerator()
var (handOvers, givings): ([Int64], [Int64]) = ([], [])
func strike(_ pitch: UInt8) {
  loop.hear(
    StampedEvent(
      nanoseconds: now(), event: .message(.noteOn(pitch: pitch, velocity: 70), from: keyboard)))
}
func release(_ pitch: UInt8) {
  loop.hear(
    StampedEvent(nanoseconds: now(), event: .message(.noteOff(pitch: pitch), from: keyboard)))
}
var hanging = 0
for round in 0..<answers {
  // Half a second of a call.
  for pitch: UInt8 in [60, 64, 67] {
    strike(pitch)
    usleep(100_000)
    release(pitch)
    usleep(30_000)
  }
  usleep(UInt32.random(in: 20_000...300_000, using: &random))
  voice.log.withLock {
    $0.firstNote = nil
    $0.lastOff = nil
  }
  let asked = now()
  loop.answer()
  usleep(UInt32.random(in: 300_000...1_200_000, using: &random))
  if let first = logs().firstNote { handOvers.append(first - asked) }
  let sounds = !logs().sounding.isEmpty
  voice.log.withLock { $0.lastOff = nil }
  let key = now()
  strike(61)
  usleep(60_000)
  if sounds, let off = logs().lastOff { givings.append(off - key) }
  release(61)
  usleep(5_000)
  if !logs().sounding.isEmpty { hanging += 1 }
  if round % 20 == 19 { FileHandle.standardError.write(Data(".".utf8)) }
}
loop.stop()
print(
  "\(answers) answers, \(logs().notes) notes, \(loop.status.longestPause / 1_000_000) ms the longest pause"
)
report("hand-over to the first note in the queue", handOvers)
report("a key to the last of the model's note-offs", givings)
print(
  "notes handed over after their time: \(logs().late.count { $0 > 0 }), by more than 5 ms: "
    + "\(logs().late.count { $0 > 5_000_000 })")
print("answers after which a note hung: \(hanging)")
