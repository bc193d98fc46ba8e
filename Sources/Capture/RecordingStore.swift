import Disk
import Foundation
import Library
import MIDI

/// Stores a recording in the library, and keeps in memory what could not be stored yet.
///
/// Each step is a transaction, after which its data are removed here, so that after a failure
/// ``flush(_:)`` continues exactly where it stopped.
struct RecordingStore {
  /// The most events in one transaction.
  private static let slice = 4096
  /// How often the length of a take is stored while keys are held, in nanoseconds: what a crash may cost.
  private static let longestUntold: Int64 = 400_000_000

  private let library: TakeLibrary
  private let session: SessionHolder
  /// The numbers of the takes stored, by their starts in nanoseconds of the recording.
  private(set) var numbers: [Int64: Int64] = [:]

  /// The takes that are not stored completely, oldest first; the last one may still be open.
  private(set) var waiting: [RecordedTake] = []
  /// The last take stored, which a verdict at the keyboard applies to.
  private var lastStored: Int64?
  /// The verdicts given at the keyboard that are not stored yet, oldest first.
  private var pending: [PendingGesture] = []
  /// The verdicts that are stored and not undone.
  private var verdicts: [(number: Int64, gesture: Gesture, take: Int64)] = []
  /// How many verdicts can still be undone, stored or not.
  private var standing = 0

  /// A keep, discard or undo given at the keyboard.
  private struct PendingGesture {
    var gesture: Gesture
    /// The start of its take, by which that is found once it is stored.
    var takeStart: Int64?
    var take: Int64?
    var at: Date
  }

  /// What ``flush(_:)`` has stored.
  struct Stored {
    /// The takes that are finished now.
    var takes: [TakeSummary] = []
    /// The verdicts stored.
    var news: [RecorderNews] = []
  }

  /// A store of takes into a session, which several may share.
  init(library: TakeLibrary, session: SessionHolder) {
    self.library = library
    self.session = session
  }

  /// When the latest take began, in nanoseconds of the recording.
  private(set) var latestStart: Int64?

  /// How many events are only in memory.
  var unsavedEvents: Int { waiting.reduce(0) { $0 + $1.unsaved.count } }

  /// The open take; nil between takes.
  var open: RecordedTake? { waiting.last.flatMap { $0.isEnded ? nil : $0 } }

  /// Whether everything is stored.
  var isEmpty: Bool { waiting.isEmpty && pending.isEmpty }

  /// Begins a take, of a person or, with how it is generated and the start of the take that it answers, of a
  /// model.
  mutating func begin(
    startedAt: Date, start: Int64, by generation: Generation? = nil,
    answering answered: Int64? = nil
  ) {
    waiting.append(
      RecordedTake(
        startedAt: startedAt, start: start, generation: generation, answeredStart: answered))
    latestStart = start
  }

  /// Changes the open take, if there is one.
  mutating func updateOpen(_ change: (inout RecordedTake) -> Void) {
    guard let last = waiting.indices.last, !waiting[last].isEnded else { return }
    change(&waiting[last])
  }

  /// Ends the open take.
  mutating func end() {
    updateOpen { $0.isEnded = true }
  }

  /// Queues a keep or discard of the take that ended last, or an undo of the last of these.
  ///
  /// - Returns: false when there is nothing that it could apply to.
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

  /// Stores all takes and verdicts that are not stored yet.
  ///
  /// - Parameters:
  ///   - stored: Receives what was stored, even if an error is thrown after it.
  ///   - answered: The numbers of the takes that models' takes answer, by their starts.
  /// - Throws: `LibraryError`; the rest is kept for the next time.
  mutating func flush(_ stored: inout Stored, answering answered: [Int64: Int64] = [:]) throws {
    while !waiting.isEmpty {
      try storeFirst(answering: answered)
      if waiting[0].isEnded, waiting[0].isEmptyAnswer {
        waiting.removeFirst()
        continue
      }
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

  /// Stores a verdict; nil if it no longer applies.
  private mutating func store(_ pending: PendingGesture) throws -> RecorderNews? {
    if pending.gesture == .undo {
      guard let verdict = verdicts.last else { return nil }
      do {
        try library.say(.undo(verdict: verdict.number), of: verdict.take, at: pending.at)
      } catch LibraryError.refused {
        // It was undone elsewhere meanwhile.
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

  /// Stores the events and marks of the oldest waiting take.
  private mutating func storeFirst(answering answered: [Int64: Int64]) throws {
    // A model's take begins with its first note.
    if waiting[0].isEmptyAnswer { return }
    let session = try self.session.number(in: library)
    if waiting[0].number == nil, let start = waiting[0].answeredStart {
      waiting[0].generation?.primerTake = answered[start]
      waiting[0].generation?.primer = answered[start].map { "take \($0)" }
    }
    let number =
      try waiting[0].number
      ?? library.beginTake(
        in: session, startedAt: waiting[0].startedAt, by: waiting[0].generation)
    waiting[0].number = number
    numbers[waiting[0].start] = number
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

  /// Writes the events that could not be stored to MIDI files, one for each take.
  ///
  /// - Parameters:
  ///   - folders: where to write, in the order in which to try them.
  ///   - player: what to say of who played in the files' names.
  /// - Returns: the files written, and how many events are in none of them.
  func rescue(to folders: [URL], at date: Date, player: String = "") -> (files: [URL], lost: Int) {
    var files: [URL] = []
    var lost = 0
    let stamp = Self.stamp(of: date)
    for (index, take) in waiting.enumerated() where !take.unsaved.isEmpty {
      let events = take.isOfDrums ? DrumChannel.moved(take.unsaved) : take.unsaved
      let bytes = Data(StandardMIDIFile.bytes(of: events, name: "woodshed rescue"))
      let name = "woodshed-rescue-\(stamp)-\(player)\(index + 1).mid"
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

/// A session that is stored when its first take is.
final class SessionHolder {
  private let session: NewSession
  private var number: Int64?

  init(_ session: NewSession) { self.session = session }

  /// Its number in a library.
  func number(in library: TakeLibrary) throws -> Int64 {
    let number = try number ?? library.insert(session)
    self.number = number
    return number
  }
}

extension TakeLibrary {
  /// Finishes an open take from its stored events.
  ///
  /// - Parameter isBrokenOff: Whether it was interrupted, so that keys and pedals still held must be released
  ///   at its known end.
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
