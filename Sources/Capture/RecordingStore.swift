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

  private let library: TakeLibrary
  private let session: NewSession
  private var sessionNumber: Int64?

  /// The takes that are not stored whole, oldest first; the last one may still be played.
  private(set) var waiting: [RecordedTake] = []
  /// The take that ended last, once the library has it: what a verdict at the keyboard is about.
  private var lastStored: Int64?
  private var verdicts: [(take: Int64, judgement: Judgement, at: Date)] = []

  init(library: TakeLibrary, session: NewSession) {
    self.library = library
    self.session = session
  }

  /// Events that are in memory alone.
  var unsavedEvents: Int { waiting.reduce(0) { $0 + $1.unsaved.count } }

  /// The take that is being played.
  var open: RecordedTake? { waiting.last.flatMap { $0.isEnded ? nil : $0 } }

  /// Whether all is stored.
  var isEmpty: Bool { waiting.isEmpty && verdicts.isEmpty }

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

  /// Says keep or discard of the take that ended last.
  ///
  /// - Returns: false when there is none.
  mutating func judgeLast(_ judgement: Judgement, at date: Date) -> Bool {
    if let last = waiting.lastIndex(where: \.isEnded) {
      waiting[last].judgement = judgement
      return true
    }
    guard let lastStored else { return false }
    verdicts.append((lastStored, judgement, date))
    return true
  }

  /// Stores what waits.
  ///
  /// - Returns: the takes that are whole now.
  /// - Throws: `LibraryError`; nothing is lost then.
  mutating func flush() throws -> [TakeSummary] {
    var finished: [TakeSummary] = []
    while !waiting.isEmpty {
      try storeFirst()
      guard waiting[0].isEnded, let number = waiting[0].number else { break }
      let reading = NoteReading(of: try library.events(of: number))
      try library.finish(
        number, notes: reading.notes, pedalNanoseconds: reading.pedalNanoseconds)
      if let judgement = waiting[0].judgement { verdicts.append((number, judgement, Date())) }
      waiting.removeFirst()
      lastStored = number
      if let summary = try library.take(number) { finished.append(summary) }
    }
    while let verdict = verdicts.first {
      try library.say(
        verdict.judgement == .keep ? .keep(phrase: nil) : .discard, of: verdict.take,
        at: verdict.at)
      verdicts.removeFirst()
    }
    return finished
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
      let bytes = Data(StandardMIDIFile.bytes(of: take.unsaved, name: "woodshed rescue"))
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
