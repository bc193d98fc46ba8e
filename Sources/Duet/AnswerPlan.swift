import MIDI
import Network
import Performance
import Player

/// What a model is going to play: events drawn ahead of time, which go on from what it has heard.
///
/// Whenever the musician's playing makes it outdated, it begins anew from what was heard by then. Used by one
/// thread at a time.
final class AnswerPlan {
  /// A message and its time, in nanoseconds.
  struct Planned: Hashable {
    var nanoseconds: Int64
    var message: MIDIMessage

    /// The key that it strikes or lets go.
    var pitch: UInt8? {
      guard case .channel(_, let pitch, _) = message else { return nil }
      return pitch
    }
  }

  private let sampler: Sampler
  var settings: DuetSettings
  private var grammar = Grammar()
  /// The time of the last event drawn, in nanoseconds.
  private(set) var time: Int64 = 0
  /// How many steps must pass before anything else may come; 0 where none need.
  private var leastShift = 0
  private var mask = Array(repeating: true, count: Vocabulary.size)
  /// What is asked of the answer.
  private var steering = ControlSteering(toward: Controls())
  /// What the logits of notes that begin lose, 0 or more, so that it plays less.
  var restraint: Float = 0
  /// The keys that it has struck and not let go, by pitch.
  private var own = Array(repeating: false, count: 128)
  /// The keys that the musician held when it began, by pitch.
  private var held = Array(repeating: false, count: 128)

  /// - Throws: `NetworkError`.
  init(_ networks: [SampledNetwork], _ settings: DuetSettings, seed: UInt64) throws {
    sampler = try Sampler(networks, streams: 1, seed: seed)
    self.settings = settings
  }

  /// Begins an answer, of which nothing was played yet.
  func beginAnswer() { steering = ControlSteering(toward: settings.controls) }

  /// Goes on from what was heard.
  ///
  /// - Parameters:
  ///   - now: The present time, in nanoseconds: all that is drawn is after it.
  ///   - own: The keys that sound because it struck them, `[128]`.
  ///   - held: The keys that the musician holds, `[128]`.
  ///   - end: When the last note may begin, in nanoseconds.
  ///   - lead: How many steps from now the first event is at least: time to draw it, so that it is not late.
  func begin(
    after listener: Listener, at now: Int64, own: [Bool], held: [Bool], until end: Int64, lead: Int
  ) {
    listener.continuing(in: sampler)
    grammar = listener.grammar
    self.own = own
    self.held = held
    time = listener.lastTime ?? now
    grammar.begin(steps: max(0, Int((end - time) / Vocabulary.nanosecondsPerStep)))
    leastShift = time > now ? 0 : listener.steps(to: now) + lead
  }

  /// Whether its last note has ended.
  var isComplete: Bool { grammar.isEnding && !own.contains(true) }

  /// Draws up to `most` events until their time is past `horizon`, in nanoseconds, or the answer is complete, and
  /// appends the messages.
  ///
  /// - Returns: Whether there are more to draw.
  /// - Throws: `NetworkError`.
  func fill(to horizon: Int64, atMost most: Int, into messages: inout [Planned]) throws -> Bool {
    for _ in 0..<most where !isComplete && time <= horizon { try draw(into: &messages) }
    return !isComplete && time <= horizon
  }

  /// Draws events until a note begins, however late, or the answer is complete, and appends the messages.
  ///
  /// - Throws: `NetworkError`.
  func fillToFirstNote(into messages: inout [Planned]) throws {
    while !isComplete, messages.last?.message.isNoteOn != true { try draw(into: &messages) }
  }

  private func draw(into messages: inout [Planned]) throws {
    var turn = Sampler.Turn.draw
    if findAllowed() {
      steer()
    } else {
      // Only an end of a note is possible that the musician holds, or it is in the way of the time that has
      // passed: the model takes it to have ended.
      guard let pitch = endInTheWay() else {
        grammar.finish()
        for pitch in own.indices where own[pitch] { end(pitch, into: &messages) }
        return
      }
      turn = .read(Vocabulary.token(of: .noteOff(pitch: UInt8(pitch))))
    }
    let allowed = mask
    let (steering, restraint) = (steering, restraint)
    let token = try sampler.step(
      [turn], temperature: Float(settings.temperature), topP: Float(settings.topP), measures: false,
      allow: { _, mask in mask = allowed },
      bias: settings.controls.isEmpty && restraint == 0
        ? nil
        : { [settings] _, logits in
          if !settings.controls.isEmpty { steering.bias(&logits) }
          for pitch in 0..<128 { logits[Vocabulary.firstNoteOn + pitch] -= restraint }
          for token in Vocabulary.velocities { logits[token] -= restraint }
        })[0].token
    grammar.advance(token)
    self.steering.advance(token)
    switch Vocabulary.event(of: token) {
    case .noteOn(let pitch):
      own[Int(pitch)] = true
      messages.append(
        Planned(
          nanoseconds: time,
          message: .noteOn(pitch: pitch, velocity: Vocabulary.velocity(ofBin: grammar.bin))))
    case .noteOff(let pitch) where own[Int(pitch)]: end(Int(pitch), into: &messages)
    case .timeShift(let steps):
      time += Int64(steps) * Vocabulary.nanosecondsPerStep
      leastShift = max(0, leastShift - steps)
    default: break
    }
  }

  private func end(_ pitch: Int, into messages: inout [Planned]) {
    own[pitch] = false
    messages.append(Planned(nanoseconds: time, message: .noteOff(pitch: UInt8(pitch))))
  }

  /// Writes what may come next into ``mask``; returns whether anything may.
  private func findAllowed() -> Bool {
    grammar.fill(&mask)
    // A key that the musician sounds is theirs to let go, and to strike again.
    for pitch in 0..<128 {
      if !own[pitch] { mask[Vocabulary.firstNoteOff + pitch] = false }
      if held[pitch] { mask[Vocabulary.firstNoteOn + pitch] = false }
    }
    if leastShift > 0 {
      for token in mask.indices {
        let shift = token - Vocabulary.firstTimeShift + 1
        mask[token] =
          mask[token] && shift >= min(leastShift, Vocabulary.longestShift)
          && token < Vocabulary.firstVelocity
      }
    }
    return mask.contains(true)
  }

  /// Rules out the keys that the controls do, unless nothing else may come.
  private func steer() {
    guard !settings.controls.isEmpty else { return }
    let all = mask
    steering.allow(&mask)
    if !mask[..<Vocabulary.firstNoteOff].contains(true) {
      // No note may follow now, so a velocity would be pointless.
      for token in Vocabulary.velocities { mask[token] = false }
    }
    if !mask.contains(true) { mask = all }
  }

  /// A sounding key whose end is possible: first one that is not its own.
  private func endInTheWay() -> Int? {
    grammar.fill(&mask)
    let ends = (0..<128).filter { mask[Vocabulary.firstNoteOff + $0] }
    return ends.first { !own[$0] } ?? ends.first
  }
}
