import Foundation
import Library
import MIDI
public import Terminal

/// Takes heard one after the other and judged on the way.
///
/// ``press(_:)`` does what a key says, ``drawing(on:)`` shows what there is; neither knows where the
/// keys come from. Each verdict is in the library before the key's work is over.
public actor Audition {
  /// A take that waits to be heard.
  struct Entry: Sendable {
    var take: Int64
    var reason: AuditionOrder.Reason
    /// Nats per event by the model in use.
    var surprise: Double?
  }

  /// What is heard, in order, and what is known of the order.
  struct Programme: Sendable {
    var entries: [Entry]
    var taste: TasteReport?
  }

  private let project: Project
  private let entries: [Entry]
  private let deck: Deck
  private var picture = AuditionPicture()
  private var index = 0
  /// Takes of which something was said here, in the order in which it was.
  private var said: [Int64] = []
  private var report = AuditionReport()

  /// - Parameter programme: Of one take or more.
  init(project: Project, programme: Programme, player: any AuditionPlayer, sound: String)
    async throws
  {
    self.project = project
    entries = programme.entries
    report.taste = programme.taste
    deck = Deck(player: player)
    picture.sound = sound
    try await open(0)
  }

  /// Does what a key says.
  ///
  /// - Returns: whether the audition goes on.
  public func press(_ key: Key) async -> Bool {
    do {
      if picture.typing != nil { return try await type(key) }
      picture.message = ""
      switch key {
      case .character("q"): return false
      case .character(" "): await toggle()
      case .left: await wind(-5)
      case .right: await wind(5)
      case .shiftLeft: await wind(-1)
      case .shiftRight: await wind(1)
      case .home: await deck.seek(to: 0)
      case .character("k"): try keep()
      case .character("d"): try say(.discard)
      case .character(let digit) where "12345".contains(digit):
        try say(.rate(digit.wholeNumberValue ?? 0))
      case .character("n"): picture.typing = ""
      case .character("m"): await mark()
      case .escape: picture.marks = (nil, nil)
      case .character("u"): try await undo()
      case .enter: try await next()
      case .character("b"): try await back()
      default: break
      }
    } catch {
      picture.message = "\(error)"
    }
    return true
  }

  /// The screen as it should look now.
  public func drawing(on page: Page) async -> [Line] {
    picture.deck = await deck.state
    if let fault = picture.deck.fault {
      picture.message = fault
      picture.sound = "no sound"
    }
    return picture.lines(on: page)
  }

  /// Stands still, in silence.
  public func quiet() async { await deck.pause() }

  /// Ends it, in silence, and says what came of it.
  public func finish() async -> AuditionReport {
    await deck.pause()
    report.left = (try? entries.count { try project.library.isUnjudged($0.take) }) ?? 0
    return report
  }

  /// What is said of the take that is on.
  private var take: Int64 { entries[index].take }
}

// MARK: - Takes

extension Audition {
  /// Puts a take on and plays it.
  private func open(_ index: Int) async throws {
    let entry = entries[index]
    guard let take = try project.library.take(entry.take) else {
      throw WorkbenchError.noSuchTake(number: entry.take)
    }
    let events = try project.library.events(of: entry.take)
    let line = TakeLine(take)
    self.index = index
    picture.title = "take \(line.number)  \(line.origin.rawValue) by \(line.source.printable)"
    if line.origin == .played { picture.title = "take \(line.number)  \(line.source.printable)" }
    picture.place = "\(index + 1) of \(entries.count)"
    picture.facts =
      [
        Clock.count(line.notes, "note"),
        entry.surprise.map { "\(Estimate.fixed($0)) nats per event" },
        "next \(entry.reason.rawValue)",
      ].compactMap(\.self).joined(separator: " · ")
    picture.notes = NoteReading(of: events).notes
    picture.length = max(1, take.nanoseconds)
    picture.marks = (nil, nil)
    picture.standing = try project.library.standingVerdict(of: entry.take)
    await deck.load(events, length: picture.length)
    await deck.play()
    report.heard.insert(entry.take)
  }

  private func next() async throws {
    guard index + 1 < entries.count else {
      picture.message = "that was the last one; q ends"
      return
    }
    try await open(index + 1)
  }

  private func back() async throws {
    guard index > 0 else { return }
    try await open(index - 1)
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
  private func say(_ saying: Saying) throws {
    let stored = try project.judge([.number(take)], saying)
    said.append(take)
    picture.message = stored.sentences.joined()
    picture.standing = try project.library.standingVerdict(of: take)
    report.count(saying, by: 1)
  }

  /// Keeps the take; or the phrase, where one is marked.
  private func keep() throws {
    switch picture.marks {
    case (nil, _): try say(.keep())
    case (_, nil):
      picture.message = "mark the end of the phrase first, with m; or Esc for no phrase"
    case (let from?, let to?):
      try say(.keep(from: Double(from) / 1e9, to: Double(to) / 1e9))
      picture.marks = (nil, nil)
    }
  }

  /// The phrase's beginning, then its end; a third time, the beginning of another.
  private func mark() async {
    let now = await deck.state.position
    if let from = picture.marks.from, picture.marks.to == nil {
      guard from != now else {
        picture.message = "the phrase is empty: play on, and mark its end with m"
        return
      }
      picture.marks = (min(from, now), max(from, now))
      picture.message = "k keeps the phrase; Esc takes the marks away"
    } else {
      picture.marks = (now, nil)
      picture.message = "the phrase begins here; m again where it ends"
    }
  }

  /// Takes back the last thing said here, and goes to its take.
  private func undo() async throws {
    guard let last = said.last else {
      picture.message = "nothing was said here yet; woodshed undo takes back what was said before"
      return
    }
    let undone = try project.undo(of: .number(last))
    said.removeLast()
    report.undone += 1
    if last != take, let there = entries.firstIndex(where: { $0.take == last }) {
      try await open(there)
    }
    picture.standing = try project.library.standingVerdict(of: take)
    picture.message = undone.sentences.joined()
  }

  /// A key while a note is typed.
  private func type(_ key: Key) async throws -> Bool {
    let text = picture.typing ?? ""
    switch key {
    case .character(let character): picture.typing = text + String(character)
    case .backspace: picture.typing = String(text.dropLast())
    case .escape: picture.typing = nil
    case .enter:
      picture.typing = nil
      picture.message = ""
      if text.contains(where: { !$0.isWhitespace }) { try say(.note(text)) }
    default: break
    }
    return true
  }
}

extension TakeLibrary {
  /// Whether a take was neither kept nor discarded.
  fileprivate func isUnjudged(_ take: Int64) throws -> Bool {
    try standingVerdict(of: take).judgement == nil
  }
}
