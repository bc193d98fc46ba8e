import Foundation
import MIDI

@testable import Duet
@testable import Network
@testable import Performance
@testable import Player

// When to answer a pianist who has stopped: by how long nothing sounds, or by how unlikely a model finds it that
// this player is still silent. Prints for each rule how often a minute it answers into a pause that was none, and
// how long it waits where the player does stop.
//
//   swift run -c release --package-path Tests/Benchmarks -Xswiftc -enable-testing answers WEIGHTS NAME=PATH[,PATH]…
//
// PATHs are MIDI files or folders of them. A player's stream is cut at up to 70 phrase ends each: the longest
// silence of every eight seconds. Rules that are fixed for all are judged with the rest: AI Duet's 0.6 s after the
// last key is let go, whatever the pedal does, and IMPSY's 0.1 s without a message.

/// A silence: nothing sounds, under the pedal neither.
struct Silence {
  /// How long until the player went on, in steps of 10 ms; `nil` at the end.
  var steps: Int?
  /// When it began, in steps of the performance.
  var start: Int
  /// The probability of a longer silence, after 1, 2… steps, up to ``longest``.
  var survival: [Float]

  static let longest = 1000

  /// After how many steps the probability falls under a bound; ``longest`` if it does not.
  func steps(until bound: Float) -> Int {
    survival.firstIndex { $0 <= bound }.map { $0 + 1 } ?? Self.longest
  }
}

/// What a player's performances hold.
struct Player {
  var name: String
  var minutes = 0.0
  var silences: [Silence] = []
  var cuts: [Silence] = []
  /// For the other rules: silences of the keys alone, and of all messages, in seconds.
  var keysUp: [Double] = []
  var noMessage: [Double] = []
}

func player(_ argument: String, _ model: Model) throws -> Player {
  let parts = argument.split(separator: "=", maxSplits: 1)
  var player = Player(name: String(parts[0]))
  let paths = parts[1].split(separator: ",").map(String.init)
  var ends: [Silence] = []
  for url in try MusicFiles.find(at: paths) {
    for performance in MusicFile(at: url).performances {
      let tokens = PreparedNotes(performance.soundingNotes).tokens()
      let silences = try silences(in: tokens, model)
      player.silences += silences
      // The longest of each eight seconds.
      for window in Dictionary(grouping: silences, by: { $0.start / 800 }).values {
        if let end = window.max(by: { ($0.steps ?? 0) < ($1.steps ?? 0) }), end.steps ?? 0 >= 5 {
          ends.append(end)
        }
      }
      let notes = performance.reading.notes
      player.minutes +=
        Double((notes.map(\.end).max() ?? 0) - (notes.map(\.start).min() ?? 0)) / 6e10
      var until = notes.first?.end ?? 0
      for note in notes {
        if note.start > until { player.keysUp.append(Double(note.start - until) / 1e9) }
        until = max(until, note.end)
      }
      let times = performance.events.filter { $0.message.isNoteOn || $0.message.isNoteOff }
        .map(\.nanoseconds)
      player.noMessage += zip(times, times.dropFirst()).map { Double($1 - $0) / 1e9 }
    }
  }
  ends.sort { $0.start < $1.start }
  let stride = max(1, ends.count / 70)
  player.cuts = ends.enumerated().filter { $0.offset % stride == 0 }.map(\.element).prefix(70).map {
    $0
  }
  return player
}

func silences(in tokens: [UInt16], _ model: Model) throws -> [Silence] {
  func sampler() throws -> Sampler {
    try Sampler(
      weights: model.weights, context: model.form.context(), streams: 1, seed: 1,
      precision: model.precision)
  }
  let (heard, imagined) = (try sampler(), try sampler())
  func read(_ token: UInt16, _ sampler: Sampler) throws {
    _ = try sampler.step(
      [.read(token)], temperature: 1, topP: 1, measures: false, allow: { _, _ in })
  }
  let second = Vocabulary.token(of: .timeShift(steps: Vocabulary.longestShift))
  var found: [Silence] = []
  var grammar = Grammar()
  var open: Silence?
  for (place, token) in tokens.enumerated() {
    if place == 0 { try heard.prime([[token]]) } else { try read(token, heard) }
    let before = grammar.time
    grammar.advance(token)
    if grammar.time > before {
      if var silence = open, token != second {
        silence.steps = grammar.time - silence.start
        if silence.steps ?? 0 > 1 { found.append(silence) }
        open = nil
      }
      continue
    }
    if var silence = open {
      // Whole seconds.
      silence.steps = grammar.time - silence.start
      found.append(silence)
      open = nil
    }
    guard !grammar.isSounding, place > 0, place + 1 == tokens.count || isShift(tokens[place + 1])
    else { continue }
    imagined.copy(heard)
    var survival = PauseSurvival()
    survival.begin(imagined.logits(of: 0))
    var curve: [Float] = []
    while curve.count < Silence.longest {
      for step in 1..<100 { curve.append(Float(survival.probability(after: step))) }
      try read(second, imagined)
      survival.pass(imagined.logits(of: 0))
      curve.append(Float(survival.probability(after: 0)))
    }
    open = Silence(steps: nil, start: grammar.time, survival: curve)
  }
  if let open { found.append(open) }
  return found
}

func isShift(_ token: UInt16) -> Bool {
  (Vocabulary.firstTimeShift..<Vocabulary.firstVelocity).contains(Int(token))
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// Holds what is heard live against what is read of the same files: `answers tokens PATH…`.
func compareTokens(_ paths: [String]) throws {
  var (equal, different, restruck) = (0, 0, 0)
  for url in try MusicFiles.find(at: paths) {
    for performance in MusicFile(at: url).performances {
      guard performance.reading.repairs.restruckKeys == 0 else {
        restruck += 1
        continue
      }
      var encoding = LiveEncoding(.clock)
      var tokens: [UInt16] = []
      for event in performance.events {
        encoding.pass(to: event.nanoseconds, into: &tokens)
        encoding.hear(event.message, at: event.nanoseconds)
      }
      tokens += encoding.finish()
      // Silence at the end that passed before the last message.
      while tokens.last.map(isShift) == true { tokens.removeLast() }
      let read = Encoding.tokens(of: performance.soundingNotes)
      guard tokens != read else {
        equal += 1
        continue
      }
      different += 1
      let place = zip(tokens, read).prefix { $0 == $1 }.count
      let time = read[..<place].reduce(0) { sum, token in
        isShift(token) ? sum + Int(token) - 255 : sum
      }
      print(
        "\(url.lastPathComponent): from event \(place) of \(read.count) on, at step \(time) after the first note: heard "
          + "\(tokens[place...].prefix(6)), read \(read[place...].prefix(6))")
    }
  }
  print(
    "\(equal) equal, \(different) different, \(restruck) with keys struck twice left out"
  )
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "tokens" {
  try compareTokens(Array(arguments.dropFirst()))
  exit(0)
}
guard arguments.count >= 2 else {
  print("usage: answers WEIGHTS NAME=PATH[,PATH]…")
  exit(2)
}
let model = try Model(file: URL(filePath: arguments[0]), precision: nil)
let players = try arguments.dropFirst().map { try player($0, model) }

/// Answers a minute into pauses that were none.
func falseAnswers(_ players: [Player], _ answers: (Silence, Int) -> Bool) -> Double {
  let wrong = players.reduce(0) { sum, player in
    sum + player.silences.count { silence in silence.steps.map { answers(silence, $0) } ?? false }
  }
  return Double(wrong) / players.reduce(0) { $0 + $1.minutes }
}

/// The wait of a rule, in seconds: median over all cuts.
func wait(_ players: [Player], _ steps: (Silence) -> Int) -> Double {
  median(players.flatMap { player in player.cuts.map { Double(steps($0)) / 100 } })
}

func fixed(_ number: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", number) }

let bounds = stride(from: -0.1, through: -8, by: -0.05).map { Float(pow(10, $0)) }

func show(_ players: [Player], _ name: String) {
  print(
    "\(name): \(fixed(players.reduce(0) { $0 + $1.minutes }, 1)) minutes, "
      + "\(players.reduce(0) { $0 + $1.silences.count }) silences, "
      + "\(players.reduce(0) { $0 + $1.cuts.count }) cuts")
  print("  false/min   fixed silence   survival under        wait")
  for rate in [3, 2, 1, 0.5, 0.3, 0.2, 0.1, 0.05] {
    let silence = (1...Silence.longest).first { limit in
      falseAnswers(players) { $1 > limit } <= rate
    }
    let bound = bounds.first { bound in
      falseAnswers(players) { $1 > $0.steps(until: bound) } <= rate
    }
    print(
      "  \(fixed(rate))        \(silence.map { fixed(Double($0) / 100) + " s" } ?? "–")          "
        + (bound.map { bound in
          "\(String(format: "%.1e", bound))         \(fixed(wait(players) { $0.steps(until: bound) })) s"
        } ?? "–"))
  }
  let minutes = players.reduce(0) { $0 + $1.minutes }
  print(
    "  AI Duet's 0.6 s: \(fixed(Double(players.flatMap(\.keysUp).count { $0 > 0.6 }) / minutes)); IMPSY's 0.1 s: "
      + "\(fixed(Double(players.flatMap(\.noMessage).count { $0 > 0.1 }) / minutes)) false answers a minute"
  )
}

for player in players { show([player], player.name) }
if players.count > 1 { show(players, "all") }
