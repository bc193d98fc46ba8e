import Foundation
public import MIDI

/// n-grams of notes as integers, invariant under transposition and change of tempo.
///
/// A gram of n notes consists of n − 1 steps from a note to the next. Notes are taken in order of time; those
/// that begin within 35 ms of the first of them are one chord and are taken in order of pitch, so that the
/// spread of a chord does not matter. Each step has
///
/// - the interval in semitones, clamped to −31…31;
/// - the rhythm: 0 within a chord; 1 for the first step that takes time; else 4 plus the binary
///   logarithm of the step's time over that of the last step that took time, rounded and clamped to
///   −2…2: half as long is 3, about as long 4, twice as long 5.
///
/// The steps, 9 bits each, make one number of at most 63 bits, with the first step in the highest bits. So
/// two grams are equal numbers if and only if all their steps are equal.
///
/// Source: the comparison of Yin et al., "Measuring when a music generation algorithm copies too
/// much", SN Computer Science 3:340, 2022, which compares shared stretches with those that human
/// pieces share; the classes of intervals and rhythms are our own choice.
public enum NoteGrams {
  /// Notes of a gram when searching for copies: shorter grams are common to all music, longer ones miss
  /// copies with a note changed.
  public static let length = 8

  /// Notes that begin within this time are one chord, in nanoseconds.
  static let chord: Int64 = 35_000_000

  /// The gram that begins at each note but the last `length − 1`, in order of the notes.
  ///
  /// - Parameters:
  ///   - notes: The notes of one performance, in any order.
  ///   - length: Notes of a gram, 2…8.
  public static func grams(of notes: [Note], length: Int = length) -> [UInt64] {
    precondition(2...8 ~= length, "a gram has 2 to 8 notes, got \(length)")
    guard notes.count >= length else { return [] }
    let steps = steps(of: notes)
    return (0...(steps.count - length + 1)).map { first in
      var gram: UInt64 = 0
      var hasTime = false
      for step in steps[first..<first + length - 1] {
        let rhythm = step.rhythm == 0 || hasTime ? step.rhythm : 1
        hasTime = hasTime || rhythm > 0
        gram = gram << 9 | UInt64(step.interval) << 3 | UInt64(rhythm)
      }
      return gram
    }
  }

  /// The set of a performance's melodic figures: the intervals of its grams without their rhythm.
  ///
  /// Two performances of a piece share far more figures than two different pieces do, however freely they are
  /// timed. Figures of fewer than three different intervals are left out: scales, trills and repeated notes
  /// are in all music.
  public static func figures(of notes: [Note]) -> Set<UInt64> {
    guard notes.count >= length else { return [] }
    let intervals = steps(of: notes).map(\.interval)
    var figures = Set<UInt64>(minimumCapacity: intervals.count)
    for first in 0...(intervals.count - length + 1) {
      let figure = intervals[first..<first + length - 1]
      guard Set(figure).count >= 3 else { continue }
      figures.insert(figure.reduce(0) { $0 << 6 | UInt64($1) })
    }
    return figures
  }

  /// One step, with its rhythm relative to the last step of the performance that took time.
  private struct Step {
    /// Semitones plus 31: 0…62.
    var interval: UInt8
    /// 0…6.
    var rhythm: UInt8
  }

  private static func steps(of notes: [Note]) -> [Step] {
    let ordered = chordwise(notes)
    var last: Int64 = 0
    return zip(ordered, ordered.dropFirst()).map { note, next in
      let interval = max(-31, min(31, Int(next.pitch) - Int(note.pitch)))
      let time = next.start - note.start
      var rhythm = 0
      if time > 0 {
        let ratio = last > 0 ? log2(Double(time) / Double(last)) : 0
        rhythm = 4 + Int(max(-2, min(2, ratio)).rounded())
        last = time
      }
      return Step(interval: UInt8(interval + 31), rhythm: UInt8(rhythm))
    }
  }

  /// The notes' pitches in order of time and, within a chord, of pitch, each with the start of its chord.
  private static func chordwise(_ notes: [Note]) -> [(start: Int64, pitch: UInt8)] {
    var ordered: [(start: Int64, pitch: UInt8)] = []
    ordered.reserveCapacity(notes.count)
    var begin = Int64.min
    for note in notes.sorted(by: { ($0.start, $0.pitch) < ($1.start, $1.pitch) }) {
      if begin == .min || note.start - begin > chord { begin = note.start }
      ordered.append((begin, note.pitch))
    }
    return ordered.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
  }
}

/// An index of the positions of each gram in some performances, to find copied stretches.
public struct GramIndex: Sendable {
  /// How much of a performance is in other music.
  public struct Overlap: Hashable, Codable, Sendable {
    /// How many grams the performance has.
    public var grams = 0
    /// How many of them are in the other music too.
    public var shared = 0
    /// The notes of the longest shared stretch, note for note; 0 when no gram is shared.
    public var longestRun = 0

    /// No overlap with anything.
    public init() {}

    /// The fraction of the performance's grams that are shared, 0…1; 0 if it has none.
    public var share: Double { grams == 0 ? 0 : Double(shared) / Double(grams) }

    /// The overlap of two performances taken together.
    public static func + (one: Overlap, other: Overlap) -> Overlap {
      var sum = one
      sum.grams += other.grams
      sum.shared += other.shared
      sum.longestRun = max(one.longestRun, other.longestRun)
      return sum
    }
  }

  /// The positions of each gram, numbered through all performances with a gap of one after each.
  private var places: [UInt64: [Int]] = [:]
  /// The range of positions of each performance.
  private var ranges: [Range<Int>] = []

  /// An index of performances.
  public init(_ performances: [[Note]]) {
    var next = 0
    for notes in performances {
      let grams = NoteGrams.grams(of: notes)
      for (place, gram) in grams.enumerated() { places[gram, default: []].append(next + place) }
      ranges.append(next..<next + grams.count)
      next += grams.count + 1
    }
  }

  /// How much of a performance is in those of the index.
  ///
  /// - Parameter excluded: The number of a performance in the index to ignore, when it is the given one
  ///   itself.
  public func overlap(with notes: [Note], excluding excluded: Int? = nil) -> Overlap {
    let hidden = excluded.map { ranges[$0] } ?? 0..<0
    var overlap = Overlap()
    // The length in grams of the shared stretch that ends at each position of the index.
    var runs: [Int: Int] = [:]
    for gram in NoteGrams.grams(of: notes) {
      overlap.grams += 1
      let here = (places[gram] ?? []).filter { !hidden.contains($0) }
      if !here.isEmpty { overlap.shared += 1 }
      var next: [Int: Int] = [:]
      for place in here {
        let run = (runs[place - 1] ?? 0) + 1
        next[place] = run
        overlap.longestRun = max(overlap.longestRun, run + NoteGrams.length - 1)
      }
      runs = next
    }
    return overlap
  }
}
