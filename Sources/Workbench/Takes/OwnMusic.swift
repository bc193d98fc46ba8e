import Library
import MIDI
import Performance

/// Finds out which imported music the library already has: a take that was exported is not added again, even
/// if another program has saved the file again.
///
/// A file that names its take (``TakeMark``) is compared with that take. Any other file is compared with takes
/// of about as many notes whose first notes are among its own first notes, which are few; see ``SameMusic``.
struct OwnMusic {
  /// The take that has the same music.
  enum Twin: Hashable {
    /// It is in the library.
    case take(Int64)
    /// It is among the files of the same import.
    case comingIn
  }

  /// The first notes of a take, by which it is found.
  private static let openingNotes = 4

  /// The key and velocity of a note.
  private struct Stroke: Hashable {
    var pitch: UInt8
    var velocity: UInt8
  }

  /// The index of takes: their number of notes and their first note.
  private struct Beginning: Hashable {
    var noteCount: Int
    var stroke: Stroke
  }

  private let library: TakeLibrary
  /// The first notes of takes, by index.
  private var openings: [Beginning: [TakeOpening]] = [:]
  /// The numbers of notes whose takes have been read from the library.
  private var looked: Set<Int> = []
  /// The takes that are indexed.
  private var known: Set<Int64> = []
  /// Music of the same import, by its number of notes.
  private var coming: [Int: [[Note]]] = [:]

  init(_ library: TakeLibrary) { self.library = library }

  /// Indexes the takes that files with these notes may be.
  mutating func prepare(for counts: [Int]) throws {
    coming = [:]
    let wanted = Set(counts.flatMap(Self.near)).subtracting(looked)
    guard !wanted.isEmpty else { return }
    looked.formUnion(wanted)
    for opening in try library.openings(havingNotes: wanted, notes: Self.openingNotes) {
      learn(opening)
    }
  }

  /// The take that has the same music as a performance; `nil` if it is new.
  func twin(of performance: MusicFile.Performance) -> Twin? {
    let notes = performance.reading.notes
    let music = SameMusic(notes)
    if let take = marked(by: performance.texts), music.isPart(of: self.notes(of: take)) {
      return .take(take)
    }
    let strokes = Set(music.head.map { Stroke(pitch: $0.pitch, velocity: $0.velocity) })
    for count in Self.near(notes.count) {
      for take in takes(beginningWith: strokes, noteCount: count)
      where music.isSame(as: self.notes(of: take)) {
        return .take(take)
      }
      let isComing = coming[count]?.contains { other in
        other.prefix(Self.openingNotes).allSatisfy {
          strokes.contains(Stroke(pitch: $0.pitch, velocity: $0.velocity))
        } && music.isSame(as: other)
      }
      if isComing == true { return .comingIn }
    }
    return nil
  }

  /// Indexes a take that was added.
  mutating func learn(_ take: Int64, of performance: MusicFile.Performance) {
    let notes = performance.reading.notes
    let opening = notes.prefix(Self.openingNotes)
    learn(
      TakeOpening(
        take: take, noteCount: notes.count, pitches: opening.map(\.pitch),
        velocities: opening.map(\.velocity)))
  }

  private mutating func learn(_ opening: TakeOpening) {
    guard let pitch = opening.pitches.first, let velocity = opening.velocities.first,
      known.insert(opening.take).inserted
    else { return }
    let beginning = Beginning(
      noteCount: opening.noteCount, stroke: Stroke(pitch: pitch, velocity: velocity))
    openings[beginning, default: []].append(opening)
  }

  /// The numbers of notes that the same music may have if one of the two has `count`.
  private static func near(_ count: Int) -> ClosedRange<Int> {
    let missing = SameMusic.mostMissing(of: count)
    return (count - missing)...(count + missing)
  }

  /// The take of this library that the file names as its own; nil when it names none or one of another library.
  private func marked(by texts: [String]) -> Int64? {
    guard let mark = TakeMark(in: texts), let take = mark.take, let digest = mark.digest,
      let stored = try? library.take(take), stored.isFinished, stored.digest == digest
    else { return nil }
    return take
  }

  /// The notes of a take; none if it is damaged, so that the import goes on.
  private func notes(of take: Int64) -> [Note] { (try? library.notes(of: take)) ?? [] }

  /// The takes of `count` notes whose first notes are all among these, oldest first.
  private func takes(beginningWith strokes: Set<Stroke>, noteCount: Int) -> [Int64] {
    strokes.flatMap { openings[Beginning(noteCount: noteCount, stroke: $0)] ?? [] }
      .filter { opening in
        zip(opening.pitches, opening.velocities).allSatisfy {
          strokes.contains(Stroke(pitch: $0, velocity: $1))
        }
      }.map(\.take).sorted()
  }
}

extension OwnMusic {
  /// The indexes of a file's new performances; the others, and what a model made, are noted in the file's entry.
  mutating func new(
    among performances: [MusicFile.Performance], telling entry: inout ImportReport.File
  ) -> [Int] {
    let isOne = performances.count == 1
    var new: [Int] = []
    var known: [String] = []
    for (place, performance) in performances.enumerated() {
      switch twin(of: performance) {
      case .take(let take):
        entry.sameAs = entry.sameAs ?? take
        known.append("take \(take)")
      case .comingIn: known.append("the same playing as another file of this import")
      case nil:
        new.append(place)
        guard let mark = TakeMark(in: performance.texts), mark.origin != .played else { continue }
        let maker = mark.importedGeneration?.model ?? "a model"
        entry.remarks.append("it was made by \(maker) and is taken in as \(mark.origin.rawValue)")
      }
    }
    // Only now: what is played twice in one file was played twice.
    for place in new {
      let notes = performances[place].reading.notes
      coming[notes.count, default: []].append(notes)
    }
    if new.isEmpty, let first = known.first {
      entry.reason = "it is \(isOne ? first : Set(known).sorted().joined(separator: ", "))"
    } else if !known.isEmpty {
      entry.sameAs = nil
      entry.remarks.append(
        "left out what is \(Set(known).sorted().joined(separator: ", ")) already")
    }
    return new
  }
}
