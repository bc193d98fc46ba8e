package import Capture
package import MIDI
package import Network
import Performance
import Player
import Work

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
  /// How many steps pass before an answer sounds, at least, and before what was drawn again does: time to draw.
  private static let (lead, leadOfRedrawing) = (6, 2)
  /// How long a note sounds whose end was not drawn before it had to be, in nanoseconds.
  private static let undrawnLength: Int64 = 300_000_000
  /// Over how long it hears how much the musician plays, in nanoseconds.
  private static let recent: Int64 = 2_000_000_000
  /// The longest time for which the soft pedal is down in a tap, in nanoseconds.
  private static let tap: Int64 = 500_000_000
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
  private let chords: [Gesture: Set<UInt8>]
  private var gestures: GestureReader<Int>
  private let echoes: EchoFilter
  private var hasToldEcho = false
  /// When the note that looks for echoes ends.
  private var probeEnd: Int64?
  /// Whether what it plays to is lost.
  package private(set) var isMute = false

  /// What was handed to the voice and does not sound yet, in order of time.
  private var scheduled: [AnswerPlan.Planned] = []
  private var answer: Answer?
  /// The keys that sound because the model struck them.
  private var own = Array(repeating: false, count: 128)
  /// The keys that the musician holds.
  private var held = Array(repeating: false, count: 128)
  private var isPedalDown = false
  /// When the soft pedal was put down, if no key was down then or since.
  private var softPedalSince: Int64?
  /// When the musician struck keys in the last seconds.
  private var strokes: [Int64] = []
  /// Keys that the model struck and the musician then too: their note-offs come with the musician's.
  private var taken = Array(repeating: false, count: 128)
  /// The musician's phrase: when its first and last note began. `nil` since the last answer.
  private var phrase: ClosedRange<Int64>?
  /// How long before it sounds a message is sent, in nanoseconds.
  private let delay: Int64

  private struct Answer {
    /// When its last note may begin.
    var end: Int64
    /// When what lies ahead is drawn again, because the musician has played.
    var redrawsAt: Int64?
    /// How it is over, once only what cannot be withdrawn is left of it.
    var ending: DuetNews.Ending?
  }

  /// An engine.
  ///
  /// - Parameters:
  ///   - delay: How long after a message the instrument sounds, in milliseconds, from 0 to 2,000: some player
  ///     pianos wait half a second, to play all notes equally late.
  ///   - chords: Gestures that are no music, by their keys; ``Gesture/answer`` asks for an answer.
  ///   - echoes: Is told what is sent.
  ///   - report: Is told what the model does.
  /// - Throws: `NetworkError`, `WrongValue`.
  package init(
    _ networks: [SampledNetwork], _ settings: DuetSettings, on voice: any DuetVoice, seed: UInt64,
    delay: Double = 0, chords: [Gesture: Set<UInt8>] = [:], echoes: EchoFilter = EchoFilter(),
    report: @escaping (DuetNews) -> Void = { _ in }
  ) throws {
    try settings.check()
    try Setting.delay.require(delay, in: 0...2000)
    self.delay = Int64(delay * 1e6)
    self.settings = settings
    self.voice = voice
    self.report = report
    self.chords = chords
    self.echoes = echoes
    gestures = GestureReader(chords)
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

  /// How many events of the music it has heard, its own among them.
  var heardEvents: Int { listener.events }

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
    guard !chords.isEmpty else { return try take(message, at: time) }
    // It gives way at once, also to a key that may be the first of a gesture.
    if message.isNoteOn, answer != nil, !settings.together,
      case .channel(_, let pitch, _) = message
    {
      claim(pitch)
      try giveWay(at: time)
    }
    try follow(gestures.receive(.init(message: message, source: 0, nanoseconds: time)), at: time)
  }

  /// Hears what is known to be music, and obeys gestures.
  private func follow(_ outputs: [GestureReader<Int>.Output], at time: Int64) throws {
    for output in outputs {
      switch output {
      case .heard(let heard): try take(heard.message, at: time)
      case .gesture(let gesture, _):
        for pitch in chords[gesture, default: []] { try release(pitch, at: time) }
        if gesture == .answer, answer == nil, settings.answers {
          try begin(at: time, isByItself: false)
        }
      }
    }
  }

  /// Hears a message that is no gesture.
  private func take(_ message: MIDIMessage, at time: Int64) throws {
    if isSign(message, at: time), answer == nil, settings.answers {
      return try begin(at: time, isByItself: false)
    }
    listener.hear(message, at: time)
    guard case .channel(let status, let data1, let data2) = message else { return }
    if message.isNoteOn {
      try strike(data1, at: time)
    } else if message.isNoteOff {
      try release(data1, at: time)
      outdate(at: time)
    } else if status & 0xF0 == 0xB0, data1 == MIDIMessage.sustainController,
      isPedalDown != (data2 >= 64)
    {
      isPedalDown = data2 >= 64
      outdate(at: time)
    }
  }

  /// A key is the musician's until they let it go.
  private func claim(_ pitch: UInt8) {
    held[Int(pitch)] = true
    guard own[Int(pitch)] else { return }
    own[Int(pitch)] = false
    taken[Int(pitch)] = true
  }

  private func release(_ pitch: UInt8, at time: Int64) throws {
    held[Int(pitch)] = false
    guard taken[Int(pitch)] else { return }
    taken[Int(pitch)] = false
    try playNow(.noteOff(pitch: pitch), at: time)
  }

  private func strike(_ pitch: UInt8, at time: Int64) throws {
    claim(pitch)
    strokes.append(time)
    hearPhrase(at: time)
    guard answer != nil else { return }
    if !settings.together { return try giveWay(at: time) }
    // What is planned for this key must not be played before the rest is drawn again.
    if scheduled.contains(where: { $0.pitch == pitch }) { try withdraw(leavingEnds: true) }
    outdate(at: time)
  }

  /// What lies ahead is to be drawn again when the step that ends it is over.
  private func outdate(at time: Int64) {
    guard answer?.redrawsAt == nil, answer?.ending == nil else { return }
    answer?.redrawsAt = time + Vocabulary.nanosecondsPerStep + Self.delivery
  }

  /// Whether a message is the sign to answer, where the musician has chosen no keys for it: the end of a tap on
  /// the soft pedal, with no key down from its beginning to its end.
  private func isSign(_ message: MIDIMessage, at time: Int64) -> Bool {
    if message.isNoteOn { softPedalSince = nil }
    guard chords[.answer] == nil, case .channel(let status, 67, let value) = message,
      status & 0xF0 == 0xB0
    else { return false }
    guard value < 64 else {
      if softPedalSince == nil, !held.contains(true) { softPedalSince = time }
      return false
    }
    defer { softPedalSince = nil }
    return softPedalSince.map { time - $0 <= Self.tap } ?? false
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
    if !chords.isEmpty { try follow(gestures.wait(until: now), at: now) }
    if !hasToldEcho, echoes.count > 0 {
      hasToldEcho = true
      report(.echo)
    }
    try listener.pass(to: now - Self.delivery)
    if let ending = answer?.ending {
      if scheduled.isEmpty { finish(ending) }
    } else if let answer {
      // Also after a time without a processor.
      if answer.redrawsAt.map({ now >= $0 }) ?? (plan.time < now + delay && !plan.isComplete) {
        try redraw(at: now)
      }
      // What was drawn before something was heard is not gone on from.
      if self.answer?.redrawsAt == nil { try fill(at: now) }
      if plan.isComplete, scheduled.isEmpty { finish(.complete) }
    } else if settings.answers, !isMute, let phrase, isTime(phrase, at: now) {
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
    guard !isMute else { return }
    try listener.beginIfSilent(at: now + delay)
    try listener.pass(to: now - Self.delivery)
    let called = phrase.map { $0.upperBound - $0.lowerBound } ?? 0
    let length =
      settings.tradeSeconds.map { Int64($0 * 1e9) } ?? settings.seconds.map { Int64($0 * 1e9) }
      ?? max(Self.lengths.lowerBound, min(called, Self.lengths.upperBound))
    phrase = nil
    let end = now + delay + length
    answer = Answer(end: end)
    plan.beginAnswer()
    report(.begins(at: now, byItself: isByItself))
    plan.begin(
      after: listener, at: now, own: own, held: held, until: end, lead: Self.lead + delaySteps)
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
    isBehind = try plan.fill(to: now + delay + Self.ahead, atMost: Self.slice, into: &scheduled)
    try hand(scheduled[count...])
    guard delay > 0 else { return }
    // The ends of notes that could not be withdrawn may lie among what is drawn now.
    scheduled.sort {
      ($0.nanoseconds, $0.message.isNoteOn ? 1 : 0) < ($1.nanoseconds, $1.message.isNoteOn ? 1 : 0)
    }
  }

  /// Hands messages to the voice.
  private func hand(_ messages: ArraySlice<AnswerPlan.Planned>) throws {
    guard !messages.isEmpty else { return }
    for planned in messages { try send(planned.message, at: planned.nanoseconds - delay) }
    try voice.flush()
  }

  private func send(_ message: MIDIMessage, at time: Int64) throws {
    echoes.sends(message, at: try voice.schedule(message, at: time))
  }

  /// How many steps pass before what is sent sounds.
  private var delaySteps: Int {
    Int((delay + Vocabulary.nanosecondsPerStep - 1) / Vocabulary.nanosecondsPerStep)
  }

  /// Draws what lies ahead again, after what was heard meanwhile.
  private func redraw(at now: Int64) throws {
    guard let end = answer?.end else { return }
    answer?.redrawsAt = nil
    try withdraw(leavingEnds: true)
    try listener.pass(to: now - Self.delivery)
    // What can no longer be withdrawn ends by itself, and is not struck twice.
    var (own, taken) = (own, held)
    for planned in scheduled {
      guard let pitch = planned.pitch else { continue }
      own[Int(pitch)] = false
      taken[Int(pitch)] = true
    }
    plan.begin(
      after: listener, at: now, own: own, held: taken, until: end,
      lead: Self.leadOfRedrawing + delaySteps)
  }

  /// Takes note of what the voice has played by `time`.
  private func playUp(to time: Int64) {
    var count = 0
    while count < scheduled.count, scheduled[count].nanoseconds <= time {
      played(scheduled[count])
      count += 1
    }
    scheduled.removeFirst(count)
  }

  private func played(_ planned: AnswerPlan.Planned) {
    guard let pitch = planned.pitch else { return }
    own[Int(pitch)] = planned.message.isNoteOn
    tell(planned.message, at: planned.nanoseconds)
  }

  // MARK: - Ending

  /// Ends the answer because the musician plays: what lies ahead is withdrawn, what sounds is ended.
  private func giveWay(at time: Int64) throws {
    guard answer?.ending == nil else { return }
    try end(.interrupted, at: time)
  }

  /// Ends the answer as soon as the voice allows.
  private func end(_ ending: DuetNews.Ending, at time: Int64) throws {
    try withdraw(leavingEnds: false)
    try letGo(at: time)
    guard !scheduled.isEmpty else { return finish(ending) }
    // What is on its way to an instrument that is late is let go as soon as it has sounded.
    let last = time + delay
    scheduled.removeAll { !$0.message.isNoteOn && $0.nanoseconds >= last }
    for pitch in soundingBySchedule() {
      try send(.noteOff(pitch: pitch), at: time)
      scheduled.append(.init(nanoseconds: last, message: .noteOff(pitch: pitch)))
    }
    try voice.flush()
    answer?.ending = ending
  }

  /// The keys that were struck by what cannot be withdrawn, and are not let go by it.
  private func soundingBySchedule() -> [UInt8] {
    var sounding: Set<UInt8> = []
    for planned in scheduled {
      guard let pitch = planned.pitch else { continue }
      if planned.message.isNoteOn { sounding.insert(pitch) } else { sounding.remove(pitch) }
    }
    return sounding.sorted()
  }

  /// Withdraws what has not been sent. What has been and does not sound yet stays in ``scheduled``.
  ///
  /// - Parameter leavingEnds: Whether each note that stays has its end left.
  private func withdraw(leavingEnds: Bool) throws {
    let sentUntil = try voice.withdraw()
    echoes.withdraws(after: sentUntil)
    // The probe's end is withdrawn with all else, and its note may sound.
    if let end = probeEnd, end > sentUntil {
      try send(.noteOff(pitch: Self.probe), at: sentUntil)
      try voice.flush()
    }
    probeEnd = nil
    playUp(to: sentUntil)
    let last = sentUntil + delay
    let rest = scheduled.drop { $0.nanoseconds <= last }
    scheduled.removeLast(rest.count)
    guard leavingEnds, !scheduled.isEmpty else { return }
    var ends: [AnswerPlan.Planned] = []
    for pitch in soundingBySchedule() {
      let end = rest.first { $0.pitch == pitch && !$0.message.isNoteOn }
      ends.append(
        end ?? .init(nanoseconds: last + Self.undrawnLength, message: .noteOff(pitch: pitch)))
    }
    ends.sort { $0.nanoseconds < $1.nanoseconds }
    scheduled += ends
    try hand(ends[...])
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
    try send(message, at: time)
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

  // MARK: - Losing the voice

  /// What it plays to is lost: its answer is over, and it only listens until ``findVoice()`` finds it.
  package func loseVoice(at time: Int64) {
    isMute = true
    scheduled.removeAll(keepingCapacity: true)
    echoes.withdraws(after: time)
    for pitch in own.indices {
      taken[pitch] = false
      guard own[pitch] else { continue }
      own[pitch] = false
      if !held[pitch] { tell(.noteOff(pitch: UInt8(pitch)), at: time) }
    }
    finish(.stopped)
  }

  /// Looks for what it plays to; returns whether it plays again.
  package func findVoice() -> Bool {
    if isMute, voice.reconnect() { isMute = false }
    return !isMute
  }

  /// Notices whether what it plays to is still there.
  ///
  /// - Throws: What the voice throws.
  package func feelVoice() throws {
    if !isMute { try voice.flush() }
  }

  /// Plays a note that is hardly heard, to find out whether it comes back as an echo.
  ///
  /// - Throws: What the voice throws.
  package func probe(at now: Int64) throws {
    let start = now + 2 * Vocabulary.nanosecondsPerStep
    try send(.noteOn(pitch: Self.probe, velocity: 1), at: start)
    let end = start + 3 * Vocabulary.nanosecondsPerStep
    probeEnd = end
    try send(.noteOff(pitch: Self.probe), at: end)
    try voice.flush()
  }

  private static let probe: UInt8 = 108

  /// Ends the duet: nothing of the model sounds any more.
  ///
  /// - Throws: What the voice throws.
  package func stop(at time: Int64) throws {
    try end(.stopped, at: time)
    playUp(to: time + delay)
    for pitch in taken.indices where taken[pitch] {
      taken[pitch] = false
      try playNow(.noteOff(pitch: UInt8(pitch)), at: time)
    }
    finish(.stopped)
  }
}
