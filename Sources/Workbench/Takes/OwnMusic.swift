import Library
import MIDI
import Performance

/// What the library holds, to tell it from what an import brings: a take that was exported comes
/// back as nothing new, even when another program has saved it again.
///
/// A file that says which take it is (``TakeMark``) is held against that take. Any other is held
/// against takes of as many notes whose first strokes are among its own first strokes, which hardly
/// any is that is not the same; see ``SameMusic`` for what counts as that.
struct OwnMusic {
  /// A take that the music is already.
  enum Twin: Hashable {
    /// It is in the library.
    case take(Int64)
    /// It comes in with the files at hand.
    case comingIn
  }

  /// First strokes of a take by which it is found.
  private static let openingNotes = 4

  /// A stroke, by its key and velocity.
  private struct Stroke: Hashable {
    var pitch: UInt8
    var velocity: UInt8
  }

  /// What takes are found by: how many notes they have, and the stroke that they begin with.
  private struct Beginning: Hashable {
    var noteCount: Int
    var stroke: Stroke
  }

  private let library: TakeLibrary
  /// The openings of takes by their number of notes and their first stroke.
  private var openings: [Beginning: [TakeOpening]] = [:]
  /// The numbers of notes of which all takes in the library have been looked up.
  private var looked: Set<Int> = []
  /// The takes whose openings are here.
  private var known: Set<Int64> = []
  /// Music that is about to come in, by its number of notes.
  private var coming: [Int: [[Note]]] = [:]

  init(_ library: TakeLibrary) { self.library = library }

  /// Looks up what takes there are that files with these notes could be.
  mutating func prepare(for counts: [Int]) throws {
    coming = [:]
    let wanted = Set(counts.flatMap(Self.near)).subtracting(looked)
    guard !wanted.isEmpty else { return }
    looked.formUnion(wanted)
    for opening in try library.openings(havingNotes: wanted, notes: Self.openingNotes) {
      learn(opening)
    }
  }

  /// The take that a performance is already.
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

  /// Remembers a take that came in.
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

  /// The numbers of notes that the same music may have where it has `count`.
  private static func near(_ count: Int) -> ClosedRange<Int> {
    let missing = SameMusic.mostMissing(of: count)
    return (count - missing)...(count + missing)
  }

  /// The take of this library that the file was written from, by what it says; nil when it is of
  /// another one.
  private func marked(by texts: [String]) -> Int64? {
    guard let mark = TakeMark(in: texts), let take = mark.take, let digest = mark.digest,
      let stored = try? library.take(take), stored.isFinished, stored.digest == digest
    else { return nil }
    return take
  }

  /// The notes of a take; none of one that is damaged, so that it stops no import.
  private func notes(of take: Int64) -> [Note] { (try? library.notes(of: take)) ?? [] }

  /// The takes of so many notes whose first strokes are all among these, oldest first.
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
  /// The places of a file's performances that are new; what became of the others, and what is no
  /// playing of a person's, is told to the file's entry.
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
