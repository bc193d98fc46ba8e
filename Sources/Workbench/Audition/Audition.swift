import Library
import MIDI

/// An audition: takes that are heard one after the other and judged meanwhile.
///
/// ``perform(_:)`` does what the musician asks for, ``state`` is all there is to show; both are independent
/// of keys and screens. A verdict is in the library before ``perform(_:)`` returns.
public actor Audition {
  /// A take that waits to be heard.
  struct Entry: Sendable {
    var take: Int64
    var reason: AuditionOrder.Reason
    /// Nats per event by the model in use.
    var surprise: Double?
  }

  /// The takes in the order in which they are heard, and how well taste was predicted for it.
  struct Programme: Sendable {
    var entries: [Entry]
    var taste: TasteReport?
  }

  private let project: Project
  private let entries: [Entry]
  private let deck: Deck
  private var index = 0
  /// The state, without what only the deck knows: the position, whether it plays, and faults.
  private var shown: State
  /// The takes of the verdicts given in this audition, in the order of the verdicts.
  private var said: [Int64] = []
  private var report = AuditionReport()
  /// The pause before the next take begins by itself, in which a take can still be judged.
  private let breath: Duration
  /// Whether the next take must not begin by itself now.
  private var isHeld = false
  /// The number of the wait for the next take: each action begins another, and earlier ones have no effect.
  private var wait = 0

  /// - Parameters:
  ///   - programme: One take or more.
  ///   - goesOn: Whether the next take begins by itself at a take's end.
  init(
    project: Project, programme: Programme, player: any AuditionPlayer, sound: Sound,
    goesOn: Bool = false, breath: Duration = .seconds(2)
  ) async throws {
    self.project = project
    entries = programme.entries
    deck = Deck(player: player)
    report.taste = programme.taste
    self.breath = breath
    let events: [MIDIEvent]
    (shown, events) = try project.opened(0, of: programme.entries, sound: sound)
    shown.goesOn = goesOn
    await deck.whenOver { [weak self] in Task { await self?.goOnSoon() } }
    await start(events)
  }

  /// Performs an action; if it fails, the state has a message that says why.
  ///
  /// - Returns: whether the audition goes on.
  public func perform(_ action: AuditionAction) async -> Bool {
    shown.message = nil
    do {
      switch action {
      case .playOrPause: await toggle()
      case .wind(let seconds): await wind(Int64(seconds))
      case .toStart: await deck.seek(to: 0)
      case .keep: try keep()
      case .discard: try say(.discard)
      case .rate(let rating): try say(.rate(rating))
      case .note(let words): try say(.note(words))
      case .mark: await mark()
      case .clearMarks: shown.marked = nil
      case .undo: try await undo()
      case .goOn: shown.goesOn.toggle()
      case .next: try await next()
      case .back: try await back()
      case .quit: return false
      }
    } catch {
      shown.message = .failed(error)
    }
    goOnSoon()
    return true
  }

  /// Sets whether the next take must wait, as while the musician types a note.
  public func hold(_ isHeld: Bool) {
    self.isHeld = isHeld
    goOnSoon()
  }

  /// Removes the message.
  public func clearMessage() { shown.message = nil }

  /// All there is to show now; the message of a fault of the sound is set here.
  public var state: State {
    get async {
      let now = await deck.state
      shown.position = now.position
      shown.isPlaying = now.isPlaying
      if let fault = now.fault {
        shown.message = .soundFailed(fault)
        shown.sound = .lost
      }
      return shown
    }
  }

  /// Pauses.
  public func quiet() async { await deck.pause() }

  /// Pauses for good, and returns the result of the audition.
  public func finish() async -> AuditionReport {
    shown.goesOn = false
    await deck.pause()
    report.left = (try? entries.count { try project.library.isUnjudged($0.take) }) ?? 0
    return report
  }

  /// The current take.
  private var take: Int64 { entries[index].take }
}

// MARK: - Takes

extension Audition {
  /// Makes a take the current one and plays it from its beginning.
  private func open(_ index: Int) async throws {
    let (opened, events) = try project.opened(index, of: entries, sound: shown.sound)
    self.index = index
    let (message, goesOn) = (shown.message, shown.goesOn)
    shown = opened
    (shown.message, shown.goesOn) = (message, goesOn)
    await start(events)
  }

  private func start(_ events: [MIDIEvent]) async {
    await deck.load(events, length: shown.length)
    await deck.play()
    report.heard.insert(take)
  }

  private func next() async throws {
    guard index + 1 < entries.count else {
      shown.message = .lastTake
      return
    }
    try await open(index + 1)
  }

  private func back() async throws {
    guard index > 0 else { return }
    try await open(index - 1)
  }

  /// Opens the next take after a pause, if the current one is over by then and nothing was done meanwhile.
  private func goOnSoon() {
    wait += 1
    guard shown.goesOn else { return }
    let wait = wait
    Task { [weak self, breath] in
      try? await Task.sleep(for: breath)
      await self?.goOn(after: wait)
    }
  }

  private func goOn(after wait: Int) async {
    guard await deck.isOver, wait == self.wait else { return }
    // A phrase that is marked but not kept would be lost.
    guard shown.goesOn, !isHeld, shown.marked == nil else { return }
    guard index + 1 < entries.count else {
      if shown.message == nil { shown.message = .lastTake }
      return
    }
    do {
      shown.message = nil
      try await open(index + 1)
    } catch {
      shown.message = .failed(error)
    }
  }

  private func toggle() async {
    if await deck.state.isPlaying { await deck.pause() } else { await deck.play() }
  }

  private func wind(_ seconds: Int64) async {
    await deck.seek(to: await deck.state.position + seconds * 1_000_000_000)
  }
}

// MARK: - Verdicts

extension Audition {
  private func say(_ verdict: NewVerdict) throws {
    let stored = try project.judge([.number(take)], verdict)
    said.append(take)
    shown.message = .said(stored)
    shown.show(try project.library.standingVerdict(of: take))
    report.count(verdict, by: 1)
  }

  /// Keeps the take, or the phrase if one is marked.
  private func keep() throws {
    guard let phrase = shown.marked else { return try say(.keep()) }
    guard let end = phrase.to else {
      shown.message = .phraseHasNoEnd
      return
    }
    try say(.keep(from: Double(phrase.from) / 1e9, to: Double(end) / 1e9))
    shown.marked = nil
  }

  /// Marks the phrase's beginning, then its end; the third time, the beginning of another.
  private func mark() async {
    let now = await deck.state.position
    if let from = shown.marked?.from, shown.marked?.to == nil {
      guard from != now else {
        shown.message = .phraseIsEmpty
        return
      }
      shown.marked = MarkedPhrase(from: min(from, now), to: max(from, now))
      shown.message = .phraseEnds
    } else {
      shown.marked = MarkedPhrase(from: now)
      shown.message = .phraseBegins
    }
  }

  /// Takes back the last verdict of this audition, and goes to its take.
  private func undo() async throws {
    guard let last = said.last else {
      shown.message = .nothingToUndo
      return
    }
    let undone = try project.undo(of: .number(last))
    said.removeLast()
    report.undone += 1
    if last != take, let there = entries.firstIndex(where: { $0.take == last }) {
      try await open(there)
    }
    shown.show(try project.library.standingVerdict(of: take))
    shown.message = .said(undone)
  }
}

extension Audition.State {
  /// Shows the take's standing verdict.
  fileprivate mutating func show(_ standing: StandingVerdict) {
    take.judgement = standing.judgement?.rawValue
    take.rating = standing.rating
    take.note = standing.note
    phrases = standing.phrases
  }
}

extension Project {
  /// The state in which a take of a programme is first shown, and the take's events.
  fileprivate func opened(_ index: Int, of entries: [Audition.Entry], sound: Audition.Sound) throws
    -> (Audition.State, [MIDIEvent])
  {
    let entry = entries[index]
    guard let take = try library.take(entry.take) else {
      throw WorkbenchError.noSuchTake(number: entry.take)
    }
    let events = try library.events(of: entry.take)
    let reading = NoteReading(of: events)
    var state = Audition.State(
      take: TakeLine(take), place: index + 1, count: entries.count, reason: entry.reason,
      surprise: entry.surprise, notes: reading.notes, pedal: reading.pedalSpans,
      length: max(1, take.nanoseconds), sound: sound)
    state.show(try library.standingVerdict(of: entry.take))
    return (state, events)
  }
}

extension TakeLibrary {
  /// Whether a take is neither kept nor discarded.
  fileprivate func isUnjudged(_ take: Int64) throws -> Bool {
    try standingVerdict(of: take).judgement == nil
  }
}
