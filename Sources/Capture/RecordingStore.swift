import Disk
import Foundation
import Library
import MIDI

/// Puts a recording into the library, and holds in memory what the library does not take.
///
/// Each step is a transaction; what a step has stored is forgotten here, so that after a failure
/// ``flush()`` goes on exactly where it stopped.
struct RecordingStore {
  /// Events in one transaction at most.
  private static let slice = 4096
  /// How long a take is held before that is stored, in nanoseconds: what a crash may cost.
  private static let longestUntold: Int64 = 400_000_000

  private let library: TakeLibrary
  private let session: NewSession
  private var sessionNumber: Int64?

  /// The takes that are not stored whole, oldest first; the last one may still be played.
  private(set) var waiting: [RecordedTake] = []
  /// The take that ended last, once the library has it: what a verdict at the keyboard is about.
  private var lastStored: Int64?
  /// What was said at the keyboard and is not stored, oldest first.
  private var pending: [PendingGesture] = []
  /// The verdicts that are stored and not taken back.
  private var verdicts: [(number: Int64, gesture: Gesture, take: Int64)] = []
  /// How many verdicts can still be taken back, stored or not.
  private var standing = 0

  /// Keep, discard or undo, said at the keyboard.
  private struct PendingGesture {
    var gesture: Gesture
    /// When the take that is meant began, by which it is found once it is stored.
    var takeStart: Int64?
    var take: Int64?
    var at: Date
  }

  /// What ``flush()`` has stored.
  struct Stored {
    /// The takes that are whole now.
    var takes: [TakeSummary] = []
    /// What was said of takes at the keyboard.
    var news: [RecorderNews] = []
  }

  init(library: TakeLibrary, session: NewSession) {
    self.library = library
    self.session = session
  }

  /// Events that are in memory alone.
  var unsavedEvents: Int { waiting.reduce(0) { $0 + $1.unsaved.count } }

  /// The take that is being played.
  var open: RecordedTake? { waiting.last.flatMap { $0.isEnded ? nil : $0 } }

  /// Whether all is stored.
  var isEmpty: Bool { waiting.isEmpty && pending.isEmpty }

  mutating func begin(startedAt: Date, start: Int64) {
    waiting.append(RecordedTake(startedAt: startedAt, start: start))
  }

  /// Changes the take that is being played, if there is one.
  mutating func updateOpen(_ change: (inout RecordedTake) -> Void) {
    guard let last = waiting.indices.last, !waiting[last].isEnded else { return }
    change(&waiting[last])
  }

  /// Ends the take that is being played.
  mutating func end() {
    updateOpen { $0.isEnded = true }
  }

  /// Says keep or discard of the take that ended last, or takes back the last that was said.
  ///
  /// - Returns: false when there is none.
  mutating func say(_ gesture: Gesture, at date: Date) -> Bool {
    if gesture == .undo {
      guard standing > 0 else { return false }
      standing -= 1
      pending.append(PendingGesture(gesture: .undo, at: date))
      return true
    }
    let last = waiting.last(where: \.isEnded)
    guard last != nil || lastStored != nil else { return false }
    standing += 1
    pending.append(
      PendingGesture(
        gesture: gesture, takeStart: last?.start, take: last == nil ? lastStored : nil, at: date))
    return true
  }

  /// Stores what waits.
  ///
  /// - Parameter stored: What was stored is added here, also when not all could be.
  /// - Throws: `LibraryError`; nothing is lost then.
  mutating func flush(_ stored: inout Stored) throws {
    while !waiting.isEmpty {
      try storeFirst()
      guard waiting[0].isEnded, let number = waiting[0].number else { break }
      try library.finishRecorded(number)
      let done = waiting.removeFirst()
      for index in pending.indices where pending[index].takeStart == done.start {
        pending[index].take = number
      }
      lastStored = number
      if let summary = try library.take(number) { stored.takes.append(summary) }
    }
    while let next = pending.first {
      if let news = try store(next) { stored.news.append(news) }
      pending.removeFirst()
    }
  }

  /// Stores what was said; nil if it means nothing any more.
  private mutating func store(_ pending: PendingGesture) throws -> RecorderNews? {
    if pending.gesture == .undo {
      guard let verdict = verdicts.last else { return nil }
      do {
        try library.say(.undo(verdict: verdict.number), of: verdict.take, at: pending.at)
      } catch LibraryError.refused {
        // Taken back elsewhere meanwhile: it no longer stands.
      }
      verdicts.removeLast()
      return .tookBack(verdict.gesture, take: verdict.take)
    }
    guard let take = pending.take else { return nil }
    let verdict = try library.say(
      pending.gesture == .keep ? .keep(phrase: nil) : .discard, of: take, at: pending.at)
    verdicts.append((verdict, pending.gesture, take))
    return .judged(pending.gesture, take: take)
  }

  /// Stores the events and marks of the oldest take that waits.
  private mutating func storeFirst() throws {
    let session = try sessionNumber ?? library.insert(self.session)
    sessionNumber = session
    let number =
      try waiting[0].number ?? library.beginTake(in: session, startedAt: waiting[0].startedAt)
    waiting[0].number = number
    while !waiting[0].unsaved.isEmpty {
      let part = Array(waiting[0].unsaved.prefix(Self.slice))
      try library.append(part, to: number)
      waiting[0].unsaved.removeFirst(part.count)
    }
    if let held = waiting[0].heldUntil, !waiting[0].isEnded,
      held - max(waiting[0].storedUntil, waiting[0].lastNanoseconds) >= Self.longestUntold
    {
      try library.extend(number, to: held)
      waiting[0].storedUntil = held
    }
    waiting[0].heldUntil = nil
    while let mark = waiting[0].marks.first {
      try library.add(mark, to: number)
      waiting[0].marks.removeFirst()
    }
  }

  /// Writes what the library does not take as MIDI files, one a take.
  ///
  /// - Parameter folders: where to try, in this order.
  /// - Returns: the files that were written, and how many events are in none of them.
  func rescue(to folders: [URL], at date: Date) -> (files: [URL], lost: Int) {
    var files: [URL] = []
    var lost = 0
    let stamp = Self.stamp(of: date)
    for (index, take) in waiting.enumerated() where !take.unsaved.isEmpty {
      let events = take.isOfDrums ? DrumChannel.moved(take.unsaved) : take.unsaved
      let bytes = Data(StandardMIDIFile.bytes(of: events, name: "woodshed rescue"))
      let name = "woodshed-rescue-\(stamp)-\(index + 1).mid"
      let file = folders.map { $0.appending(path: name) }
        .first { !$0.isFile && (try? Draft.write(bytes, to: $0)) != nil }
      if let file { files.append(file) } else { lost += take.unsaved.count }
    }
    return (files, lost)
  }

  private static func stamp(of date: Date) -> String {
    date.formatted(
      Date.VerbatimFormatStyle(
        format: """
          \(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)-\
          \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\
          \(second: .twoDigits)
          """, timeZone: .current, calendar: Calendar(identifier: .gregorian)))
  }
}

extension TakeLibrary {
  /// Closes an open take by what was recorded of it.
  ///
  /// - Parameter isBrokenOff: Whether nobody could let go what sounds in it: that ends with what is known
  ///   to have been recorded.
  /// - Returns: how many notes it has.
  /// - Throws: `LibraryError`.
  @discardableResult
  func finishRecorded(_ take: Int64, isBrokenOff: Bool = false) throws -> Int {
    let stored = try events(of: take)
    let keyboard = KeyboardState(after: stored)
    var released: [MIDIEvent]?
    if isBrokenOff, keyboard.isHeld, let last = stored.last {
      let end = max(last.nanoseconds, try self.take(take)?.nanoseconds ?? 0)
      released =
        stored + keyboard.release.map { MIDIEvent(nanoseconds: end, message: $0) }
    }
    let moved = DrumChannel.asPiano(released ?? stored) ?? released
    let reading = NoteReading(of: moved ?? stored)
    try finish(
      take, events: moved, notes: reading.notes, pedalNanoseconds: reading.pedalNanoseconds)
    return reading.notes.count
  }
}
