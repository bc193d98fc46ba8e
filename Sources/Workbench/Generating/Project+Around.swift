import Library
import MIDI
import Performance
import Player
import Synchronization
public import Work

extension Project {
  /// Plays takes around one of the musician's own and adds them to the library.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`; nothing is added then.
  public func around(_ request: AroundRequest, progress: @escaping ProgressHandler) throws
    -> GenerateReport
  {
    try request.check()
    try library.requireWritable("add takes to")
    var request = request
    let seed = request.seed ?? UInt64.random(in: 1...999_999)
    request.seed = seed
    let clock = ContinuousClock()
    let start = clock.now
    let (number, notes) = try sourceTake(named: request.take, to: request.purpose)
    request.take = "\(number)"
    var asked = request
    if let like = request.like {
      let (number, notes) = try sourceTake(named: like, to: "take controls from")
      request.like = "\(number)"
      asked.controls = request.controls.filled(from: Controls(like: notes))
    }
    let plan = try plan(asked, of: number, notes)
    let chosen = try chosen(
      request.model, dial: request.dial, precision: request.takes.precision)
    request.model = chosen.model.name
    request.takes.seconds = plan.seconds

    var constraints: [any Constraint] = [
      KeyRange(after: plan.primer, played: try library.playedKeys()), plan.line,
    ]
    if !plan.controls.isEmpty { constraints.append(ControlSteering(toward: plan.controls)) }
    var competition = Competition(streamsPerTake: 16)
    competition.givenExponent = plan.exponent
    let isStopped = Mutex(false)
    let streams = try TakeStreams(
      of: chosen.networks, request.takes, after: plan.primer, constraints: constraints,
      competition: competition, longestNote: plan.longestNote, seed: seed)
    let played = try streams.generate(activity: request.purpose) { now in
      let goesOn = progress(now)
      if !goesOn { isStopped.withLock { $0 = true } }
      return goesOn
    }
    guard !isStopped.withLock(\.self) else { throw WorkbenchError.stopped(doing: request.purpose) }
    let made = played.enumerated().map { index, take in
      MadeTake(
        stream: index, notes: plan.whole(with: take.notes), events: take.events,
        effectiveStreams: take.effectiveStreams)
    }
    return try store(
      made,
      by: TakeMaking(
        recipe: Recipe(.aroundTake(request)), chosen: chosen, seed: seed, settings: request.takes,
        source: number, controls: asked.controls),
      wallSeconds: (clock.now - start) / .seconds(1))
  }

  /// What stays of a take, and where the model plays.
  private func plan(_ request: AroundRequest, of number: Int64, _ notes: [Note]) throws
    -> AroundPlan
  {
    let length = notes.map(\.end).max() ?? 0
    let from = Int64((request.from ?? 0) * 1e9)
    let to = request.to.map { Int64($0 * 1e9) } ?? length
    guard from >= 0, from < to, from < length, to <= length + 1_000_000_000,
      to - from >= 100_000_000
    else {
      throw WorkbenchError.badPart(
        doing: request.purpose, take: number, from: request.from ?? 0,
        until: request.to ?? Double(length) / 1e9, length: Double(length) / 1e9)
    }
    guard Double(length) / 1e9 < 3600 else {
      throw WorkbenchError.badPart(
        doing: request.purpose, take: number, from: 0, until: Double(length) / 1e9, length: 3600)
    }
    switch request.kind {
    case .accompany(let hand):
      let side: GivenLine.Side =
        switch hand {
        case .left: .left
        case .right: .right
        case .both: .both
        }
      return AroundPlan(
        keeping: notes, of: notes, in: from..<to, side: side, controls: request.controls,
        exponent: 0.5)
    case .vary:
      var controls = request.controls
      controls.pitchClasses =
        controls.pitchClasses
        ?? Controls(like: notes, window: 1).pitchClasses?.from(Double(from) / 1e9)
      let voices = Set(Skeleton.of(notes))
      return AroundPlan(
        keeping: notes.filter { !(from..<to).contains($0.start) || voices.contains($0) },
        of: notes, in: from..<to, controls: controls, exponent: 0.25)
    case .infill:
      return AroundPlan(
        keeping: notes.filter { !(from..<to).contains($0.start) }, of: notes, in: from..<to,
        controls: request.controls, exponent: 1)
    }
  }
}

/// What stays of a take, and where the model plays.
struct AroundPlan {
  /// The notes that stay, as they were played.
  private let kept: [Note]
  /// Where the streams begin in the take, in nanoseconds.
  private let origin: Int64
  /// Where drawn notes may begin, in nanoseconds of the take.
  private let free: Range<Int64>
  /// What the streams have read before.
  let primer: [UInt16]
  /// What they are given.
  let line: GivenLine
  let controls: Controls
  /// How long they play.
  let seconds: Double
  /// The exponent of the probability of what is given.
  let exponent: Float
  /// The longest note that may be given, in steps of 10 ms.
  let longestNote: Int

  private static func longest(_ notes: [Note]) -> Int {
    max(
      Grammar.longestNote,
      notes.map { Vocabulary.step(ofNanoseconds: $0.end - $0.start) + 2 }.max() ?? 0)
  }

  /// How much of what follows a part its streams are given, in nanoseconds: enough to tell whether the seam
  /// fits.
  private static let seam: Int64 = 2_000_000_000

  /// Streams that go on from what comes before a part, play beside what stays of that, and meet what comes
  /// after it.
  ///
  /// - Parameters:
  ///   - kept: The notes that stay.
  ///   - notes: All notes of the take.
  ///   - part: Where the model plays, in nanoseconds.
  ///   - side: With what keys.
  ///   - exponent: The exponent of the probability of what is given.
  init(
    keeping kept: [Note], of notes: [Note], in part: Range<Int64>, side: GivenLine.Side = .both,
    controls: Controls, exponent: Float
  ) {
    self.kept = kept
    self.controls = controls
    self.exponent = exponent
    free = part
    let origin = part.lowerBound
    self.origin = origin
    let before = notes.filter { $0.start < origin }
    // What had been played up to the part, with the keys that are still down.
    primer = Self.tokens(of: before, until: origin)
    var grammar = Grammar()
    for token in primer { grammar.advance(token) }
    let given = kept.filter { (origin..<part.upperBound + Self.seam).contains($0.start) }
    line = GivenLine(
      given.map { note in
        var note = note
        note.start -= origin
        note.end -= origin
        return note
      },
      held: before.filter { $0.end > origin }.map { ($0.pitch, $0.end - origin) },
      bin: grammar.bin, side: side, free: 0..<part.upperBound - origin)
    let last = max(part.upperBound, given.map(\.end).max() ?? 0)
    let end = min(last, part.upperBound + Self.seam)
    seconds = max(1, Double(end - origin) / 1e9 + 0.02)
    longestNote = Self.longest(notes)
  }

  /// The tokens of notes up to a moment, at which some may still sound.
  private static func tokens(of notes: [Note], until end: Int64) -> [UInt16] {
    guard let first = notes.map(\.start).min() else { return [] }
    var left = Vocabulary.step(ofNanoseconds: end) - Vocabulary.step(ofNanoseconds: first)
    var tokens: [UInt16] = []
    for token in Encoding.tokens(of: notes) {
      guard case .timeShift(let steps)? = Vocabulary.event(of: token) else {
        tokens.append(token)
        continue
      }
      guard steps < left else { break }
      tokens.append(token)
      left -= steps
    }
    if left > 0 {
      for _ in 0..<left / Vocabulary.longestShift {
        tokens.append(Vocabulary.token(of: .timeShift(steps: Vocabulary.longestShift)))
      }
      let rest = left % Vocabulary.longestShift
      if rest > 0 { tokens.append(Vocabulary.token(of: .timeShift(steps: rest))) }
    }
    return tokens
  }

  /// The whole take: what stays, to the note, and what was drawn beside it.
  func whole(with played: [Note]) -> [Note] {
    struct Onset: Hashable {
      var pitch: UInt8
      var step: Int
    }
    let given = Set(
      kept.map {
        Onset(
          pitch: $0.pitch,
          step: Vocabulary.step(ofNanoseconds: $0.start) - Vocabulary.step(ofNanoseconds: origin))
      })
    var free = played.filter { note in
      !given.contains(
        Onset(pitch: note.pitch, step: Vocabulary.step(ofNanoseconds: note.start)))
        && self.free.contains(note.start + origin)
    }
    let strikes = Dictionary(grouping: kept, by: \.pitch).mapValues { $0.map(\.start).sorted() }
    for index in free.indices {
      free[index].start += origin
      free[index].end += origin
      // The given note of a key begins to the nanosecond, the drawn one ended at its step.
      if let next = strikes[free[index].pitch]?.first(where: { $0 > free[index].start }) {
        free[index].end = min(free[index].end, next)
      }
    }
    return (kept + free.filter { $0.end > $0.start }).sorted {
      ($0.start, $0.pitch) < ($1.start, $1.pitch)
    }
  }
}
