package import MIDI
package import Network
import Performance
import Player

/// What a model's messages are played on: an instrument's port, or this machine's speakers.
package protocol DuetVoice: AnyObject {
  /// Plays a message at a time in nanoseconds on the clock of the input, at once if it is past.
  func schedule(_ message: MIDIMessage, at time: Int64) throws
  /// Lets everything be heard that is due at `now`, in nanoseconds; called every few milliseconds.
  func pass(to now: Int64) throws
  /// Hands over what was scheduled.
  func flush() throws
  /// Takes back everything that has not been played; returns a time in nanoseconds: all that was scheduled for
  /// it or earlier may have been played, and nothing later.
  func withdraw() throws -> Int64
}

extension DuetVoice {
  /// By default nothing: what was scheduled is played by itself.
  package func pass(to now: Int64) {}
}

/// What a model does in a duet, as it happens. Times are nanoseconds on the clock of the input.
package enum DuetNews: Hashable, Sendable {
  /// It begins to answer; `byItself` when it found the silence long, rather than being asked.
  case begins(at: Int64, byItself: Bool)
  /// It has played an event.
  case played(MIDIEvent)
  /// What it played came back at the input; told once.
  case echo
  /// Its answer is over.
  case ends(Ending)

  /// Why an answer is over.
  package enum Ending: Hashable, Sendable {
    /// It came to its end.
    case complete
    /// The musician played, and it gave way.
    case interrupted
    /// The duet ended.
    case stopped
  }
}

/// A model that listens to a musician and answers: it decides when, plays a little ahead of time, and gives way.
///
/// It knows no clock and no threads: whoever drives it says what was played and what time it is, and gives it a
/// voice. All times are nanoseconds on the clock of the input.
///
/// ```swift
/// let engine = try DuetEngine([SampledNetwork(weights, precision: nil)], settings, on: voice, seed: 1)
/// try engine.hear(message, at: time)
/// try engine.advance(to: now)
/// ```
package final class DuetEngine {
  /// How far ahead of time messages are handed to the voice, in nanoseconds.
  static let ahead: Int64 = 400_000_000
  /// The most events drawn before it is heard again whether the musician plays: some milliseconds.
  static let slice = 4
  /// How long a message may take from the kernel to here: a step is over only then, in nanoseconds.
  static let delivery: Int64 = 2_000_000
  /// A note that equals one just played within this time is an echo, in nanoseconds.
  static let echo: Int64 = 80_000_000
  /// Over how long it hears how much the musician plays, in nanoseconds.
  private static let recent: Int64 = 2_000_000_000
  /// A silence after which another phrase begins, in nanoseconds.
  private static let phraseGap: Int64 = 2_000_000_000
  /// The shortest and longest answer by default, in nanoseconds.
  private static let lengths: ClosedRange<Int64> = 2_000_000_000...12_000_000_000

  /// When and how it answers; length and drawing from the next answer on.
  package var settings: DuetSettings {
    didSet { plan.settings = settings }
  }
  private let listener: Listener
  private let plan: AnswerPlan
  private let voice: any DuetVoice
  private let report: (DuetNews) -> Void

  /// What was handed to the voice and is not played yet, in order of time.
  private var scheduled: [AnswerPlan.Planned] = []
  private var answer: Answer?
  /// The keys that sound because the model struck them.
  private var own = Array(repeating: false, count: 128)
  /// The keys that the musician holds.
  private var held = Array(repeating: false, count: 128)
  private var isPedalDown = false
  /// When the musician struck keys in the last seconds.
  private var strokes: [Int64] = []
  /// Keys that the model struck and the musician then too: their note-offs come with the musician's.
  private var taken = Array(repeating: false, count: 128)
  /// The model's last notes: key, velocity and time.
  private var struck: [(pitch: UInt8, velocity: UInt8, time: Int64)] = []
  /// The musician's phrase: when its first and last note began. `nil` since the last answer.
  private var phrase: ClosedRange<Int64>?
  /// How many notes were echoes of the model's own.
  package private(set) var echoes = 0

  private struct Answer {
    /// When its last note may begin.
    var end: Int64
    /// When what lies ahead is drawn again, because the musician has played.
    var redrawsAt: Int64?
  }

  /// An engine.
  ///
  /// - Parameter report: Is told what the model does.
  /// - Throws: `NetworkError`, `WrongValue`.
  package init(
    _ networks: [SampledNetwork], _ settings: DuetSettings, on voice: any DuetVoice, seed: UInt64,
    report: @escaping (DuetNews) -> Void = { _ in }
  ) throws {
    try settings.check()
    self.settings = settings
    self.voice = voice
    self.report = report
    listener = try Listener(networks)
    plan = try AnswerPlan(networks, settings, seed: seed)
    scheduled.reserveCapacity(1024)
  }

  /// Whether the model is playing.
  package var isAnswering: Bool { answer != nil }

  /// Whether it does nothing until the musician has played or asks for an answer.
  package var isMusiciansTurn: Bool { answer == nil && phrase == nil }

  /// Whether it has not drawn yet as far ahead as it wants: ``advance(to:)`` is to be called again soon.
  package private(set) var isBehind = false

  /// What lies ahead, for a picture: the messages handed to the voice.
  package var lyingAhead: [(nanoseconds: Int64, message: MIDIMessage)] {
    scheduled.map { ($0.nanoseconds, $0.message) }
  }

  /// The probability, as the model finds it, that you would still be silent at `time`; 1 while something sounds.
  package func silenceProbability(at time: Int64) -> Double {
    listener.silenceProbability(at: time - Self.delivery)
  }

  // MARK: - Hearing

  /// Hears what the musician plays, at a time that is not before that of the last call.
  ///
  /// - Throws: `NetworkError`, and what the voice throws.
  package func hear(_ message: MIDIMessage, at time: Int64) throws {
    playUp(to: time)
    guard !isEcho(message, at: time) else { return }
    if isSign(message) {
      if answer == nil, settings.answers { try begin(at: time, isByItself: false) }
      return
    }
    listener.hear(message, at: time)
    guard case .channel(let status, let data1, let data2) = message else { return }
    if message.isNoteOn {
      try strike(data1, at: time)
    } else if message.isNoteOff {
      held[Int(data1)] = false
      if taken[Int(data1)] {
        taken[Int(data1)] = false
        try playNow(.noteOff(pitch: data1), at: time)
      }
      outdate(at: time)
    } else if status & 0xF0 == 0xB0, data1 == MIDIMessage.sustainController,
      isPedalDown != (data2 >= 64)
    {
      isPedalDown = data2 >= 64
      outdate(at: time)
    }
  }

  /// The musician strikes a key, which is theirs until they let it go.
  private func strike(_ pitch: UInt8, at time: Int64) throws {
    held[Int(pitch)] = true
    strokes.append(time)
    hearPhrase(at: time)
    if own[Int(pitch)] {
      own[Int(pitch)] = false
      taken[Int(pitch)] = true
    }
    guard answer != nil else { return }
    if !settings.together { return try giveWay(at: time) }
    // What is planned for this key must not be played before the rest is drawn again.
    if scheduled.contains(where: { $0.pitch == pitch }) { try withdraw() }
    outdate(at: time)
  }

  /// What lies ahead is to be drawn again when the step that ends it is over.
  private func outdate(at time: Int64) {
    guard answer != nil, answer?.redrawsAt == nil else { return }
    answer?.redrawsAt = time + Vocabulary.nanosecondsPerStep + Self.delivery
  }

  /// Whether a message is the sign to answer: a tap on the soft pedal while the musician holds no key.
  private func isSign(_ message: MIDIMessage) -> Bool {
    guard case .channel(let status, 67, 64...) = message, status & 0xF0 == 0xB0 else {
      return false
    }
    return !held.contains(true)
  }

  private func isEcho(_ message: MIDIMessage, at time: Int64) -> Bool {
    guard message.isNoteOn, case .channel(_, let pitch, let velocity) = message else {
      return false
    }
    let isEqual = struck.contains {
      $0.pitch == pitch && $0.velocity == velocity && 0...Self.echo ~= time - $0.time
    }
    if isEqual {
      echoes += 1
      if echoes == 1 { report(.echo) }
    }
    return isEqual
  }

  private func hearPhrase(at time: Int64) {
    if let phrase, time - phrase.upperBound < Self.phraseGap {
      self.phrase = phrase.lowerBound...max(phrase.upperBound, time)
    } else {
      phrase = time...time
    }
  }

  // MARK: - Time

  /// Answers if it is time to, and plays on, at the present time `now`.
  ///
  /// - Throws: `NetworkError`, and what the voice throws.
  package func advance(to now: Int64) throws {
    try voice.pass(to: now)
    playUp(to: now)
    try listener.pass(to: now - Self.delivery)
    if let answer {
      // Also after a time without a processor.
      if answer.redrawsAt.map({ now >= $0 }) ?? (plan.time < now && !plan.isComplete) {
        try redraw(at: now)
      }
      // What was drawn before something was heard is not gone on from.
      if self.answer?.redrawsAt == nil { try fill(at: now) }
      if plan.isComplete, scheduled.isEmpty { finish(.complete) }
    } else if settings.answers, let phrase, isTime(phrase, at: now) {
      try begin(at: now, isByItself: true)
    }
  }

  private func isTime(_ phrase: ClosedRange<Int64>, at now: Int64) -> Bool {
    if let trade = settings.tradeSeconds {
      return now - phrase.lowerBound >= Int64(trade * 1e9)
    }
    guard !listener.isHeld else { return false }
    return silenceProbability(at: now) <= settings.patience
      || listener.lastTime.map { now - $0 >= PreparedNotes.longestSilence } ?? false
  }

  /// Answers now, if it is not answering already: the musician has asked for it.
  ///
  /// - Throws: `NetworkError`, and what the voice throws.
  package func answer(at now: Int64) throws {
    guard answer == nil else { return }
    try begin(at: now, isByItself: false)
  }

  private func begin(at now: Int64, isByItself: Bool) throws {
    try listener.beginIfSilent(at: now)
    try listener.pass(to: now - Self.delivery)
    let called = phrase.map { $0.upperBound - $0.lowerBound } ?? 0
    let length =
      settings.tradeSeconds.map { Int64($0 * 1e9) } ?? settings.seconds.map { Int64($0 * 1e9) }
      ?? max(Self.lengths.lowerBound, min(called, Self.lengths.upperBound))
    phrase = nil
    answer = Answer(end: now + length)
    plan.beginAnswer()
    report(.begins(at: now, byItself: isByItself))
    plan.begin(after: listener, at: now, own: own, held: held, until: now + length, lead: 6)
    let count = scheduled.count
    try plan.fillToFirstNote(into: &scheduled)
    try hand(scheduled[count...])
    try fill(at: now)
  }

  private func fill(at now: Int64) throws {
    strokes.removeAll { now - $0 > Self.recent }
    // The more the musician plays, the less it does: e⁻¹ as many notes against time at four a second.
    plan.restraint = settings.together ? min(4, Float(strokes.count) / 8) : 0
    let count = scheduled.count
    isBehind = try plan.fill(to: now + Self.ahead, atMost: Self.slice, into: &scheduled)
    try hand(scheduled[count...])
  }

  /// Hands messages to the voice.
  private func hand(_ messages: ArraySlice<AnswerPlan.Planned>) throws {
    guard !messages.isEmpty else { return }
    for planned in messages { try voice.schedule(planned.message, at: planned.nanoseconds) }
    try voice.flush()
  }

  /// Draws what lies ahead again, after what was heard meanwhile.
  private func redraw(at now: Int64) throws {
    guard let end = answer?.end else { return }
    answer?.redrawsAt = nil
    try withdraw()
    try listener.pass(to: now - Self.delivery)
    plan.begin(after: listener, at: now, own: own, held: held, until: end, lead: 2)
  }

  /// Takes note of what the voice has played by `time`.
  private func playUp(to time: Int64) {
    var count = 0
    while count < scheduled.count, scheduled[count].nanoseconds <= time {
      played(scheduled[count])
      count += 1
    }
    scheduled.removeFirst(count)
    struck.removeAll { time - $0.time > Self.echo }
  }

  private func played(_ planned: AnswerPlan.Planned) {
    guard case .channel(_, let pitch, let velocity) = planned.message else { return }
    own[Int(pitch)] = planned.message.isNoteOn
    if planned.message.isNoteOn { struck.append((pitch, velocity, planned.nanoseconds)) }
    tell(planned.message, at: planned.nanoseconds)
  }

  // MARK: - Ending

  /// Ends the answer because the musician plays: what lies ahead is withdrawn, what sounds is ended.
  private func giveWay(at time: Int64) throws {
    try withdraw()
    try letGo(at: time)
    finish(.interrupted)
  }

  private func withdraw() throws {
    let playedUntil = try voice.withdraw()
    playUp(to: playedUntil)
    scheduled.removeAll(keepingCapacity: true)
  }

  /// Ends what the model sounds, but for the keys that the musician holds.
  private func letGo(at time: Int64) throws {
    for pitch in own.indices where own[pitch] {
      own[pitch] = false
      if held[pitch] {
        taken[pitch] = true
      } else {
        try playNow(.noteOff(pitch: UInt8(pitch)), at: time)
      }
    }
  }

  private func playNow(_ message: MIDIMessage, at time: Int64) throws {
    try voice.schedule(message, at: time)
    try voice.flush()
    tell(message, at: time)
  }

  /// Tells the model and whoever records that the model has played something.
  private func tell(_ message: MIDIMessage, at time: Int64) {
    listener.hear(message, at: time)
    report(.played(MIDIEvent(nanoseconds: time, message: message)))
  }

  private func finish(_ ending: DuetNews.Ending) {
    guard answer != nil else { return }
    answer = nil
    isBehind = false
    report(.ends(ending))
  }

  /// Ends the duet: nothing of the model sounds any more.
  ///
  /// - Throws: What the voice throws.
  package func stop(at time: Int64) throws {
    try withdraw()
    try letGo(at: time)
    for pitch in taken.indices where taken[pitch] {
      taken[pitch] = false
      try playNow(.noteOff(pitch: UInt8(pitch)), at: time)
    }
    finish(.stopped)
  }
}
