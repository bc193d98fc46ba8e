import Performance

/// One stream's events and constraints; used by one thread at a time.
final class TakeStream {
  /// The first constraint, kept apart from the others because it also determines when the take is complete.
  private(set) var grammar: Grammar
  private var constraints: [any Constraint]
  /// The velocity bin in force before the first event.
  let firstBin: Int
  private(set) var tokens: [UInt16] = []
  var isGenerating = true
  /// The event that the stream is given at this step instead of drawing one.
  var given: UInt16?
  var logMass: Float = 0
  /// What biases added to it.
  var logBias: Float = 0
  /// ln of the probability of all events that it was given.
  var logGiven: Float = 0
  /// Whether its constraints have once ruled out everything that the grammar allows; from then on only the
  /// grammar applies.
  private(set) var isBroken = false
  /// The state at each boundary that the stream has passed.
  private(set) var crossings: [Crossing] = []
  /// The tokens that may come next, of a stream with biases.
  private var allowed: [Bool] = []

  /// A stream's state when it passed a boundary.
  struct Crossing {
    /// How many events it had.
    var events: Int
    /// Its log weight from constraints, mass and given events.
    var logWeight: Float
  }

  /// Two seconds of music, in steps of 10 ms: a boundary where the constraints know none.
  static let stepsPerBoundary = 200

  init(grammar: Grammar, constraints: [any Constraint]) {
    self.grammar = grammar
    self.constraints = constraints
    firstBin = max(1, grammar.bin)
  }

  /// A copy of another stream.
  init(_ other: TakeStream) {
    grammar = other.grammar
    constraints = other.constraints
    firstBin = other.firstBin
    tokens = other.tokens
    isGenerating = other.isGenerating
    logMass = other.logMass
    logBias = other.logBias
    logGiven = other.logGiven
    isBroken = other.isBroken
    crossings = other.crossings
  }

  /// The event that a constraint wants next.
  var constraintsGive: UInt16? {
    guard !isBroken else { return nil }
    for constraint in constraints { if let given = constraint.given { return given } }
    return nil
  }

  /// Sets to false in `mask`, all true, the events that may not come next.
  func allow(_ mask: inout [Bool]) {
    grammar.allow(&mask)
    guard !constraints.isEmpty, !isBroken else { return }
    constrain(&mask)
    if given == nil, !mask.contains(true) {
      // With all keys ruled out for now, time must pass, also after a short shift or a velocity.
      for token in mask.indices { mask[token] = true }
      grammar.allow(&mask, relaxed: true)
      constrain(&mask)
    }
    if given == nil, !mask.contains(true) {
      isBroken = true
      for token in mask.indices { mask[token] = true }
      grammar.allow(&mask)
    }
    allowed = mask
  }

  private func constrain(_ mask: inout [Bool]) {
    let mayBegin = mask[..<Vocabulary.firstNoteOff].contains(true)
    for constraint in constraints { constraint.allow(&mask) }
    if mayBegin, !mask[..<Vocabulary.firstNoteOff].contains(true) {
      // No note may follow now, so a velocity would be pointless.
      for token in Vocabulary.velocities { mask[token] = false }
    }
  }

  /// Adds the biases to the logits, after ``allow(_:)``.
  func bias(_ logits: inout [Float]) {
    guard !isBroken else { return }
    let unbiased = logits
    for constraint in constraints where constraint.isBiased { constraint.bias(&logits) }
    if !zip(allowed, logits).contains(where: { $0 && $1 > -.infinity }) {
      isBroken = true
      logits = unbiased
    }
  }

  /// Appends an event.
  func append(_ token: UInt16) {
    tokens.append(token)
    grammar.advance(token)
    for index in constraints.indices { constraints[index].advance(token) }
    guard !constraints.isEmpty else { return }
    if !isBroken, constraints.contains(where: \.isFinished) { grammar.finish() }
  }

  /// How many boundaries it has passed.
  var boundariesPassed: Int {
    constraints.lazy.compactMap(\.boundariesPassed).first
      ?? grammar.time / Self.stepsPerBoundary
  }

  /// Notes the state at each boundary that was passed since the last call.
  func noteCrossings(_ weight: (TakeStream) -> Float) {
    let passed = boundariesPassed
    while crossings.count < passed {
      crossings.append(Crossing(events: tokens.count, logWeight: weight(self)))
    }
  }

  /// Its reading of a score, if it is one.
  var reading: ScoreReading? { constraints.lazy.compactMap { $0 as? ScoreReading }.first }

  /// What its constraints make it weigh.
  var logWeight: Float {
    isBroken ? -.infinity : constraints.reduce(0) { $0 + $1.logWeight }
  }
}
