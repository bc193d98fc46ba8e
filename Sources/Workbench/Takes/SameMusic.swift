import MIDI

/// Whether two lists of notes are the same music, saved by two programs.
///
/// A program that saves a file again may use other ticks, cut off the silence before the first note, leave out
/// the pedal, or end notes at other times; it changes neither the onsets relative to each other nor keys and
/// velocities. So these are compared: the same keys with the same velocities, each onset within 12 ms after a
/// shift of the whole.
/// One note in 64, at most four, may be missing on either side, for keys that are struck twice.
///
/// Few notes may agree by chance: of fewer than sixteen, each must also end at its place, and none may be
/// missing.
///
/// ```swift
/// SameMusic(notes).isSame(as: stored)
/// ```
struct SameMusic {
  /// Ticks of 10 ms, the coarsest in use, shift two onsets relative to each other by up to this.
  static let tolerance: Int64 = 12_000_000
  /// Notes below which nothing may differ.
  static let fewNotes = 16
  /// The number of first notes among which the first of the other music must be.
  static let headNotes = 16

  private let notes: [Note]

  /// Compares with these notes, which are in order of their onsets or nearly so.
  init(_ notes: [Note]) { self.notes = notes }

  /// The first notes.
  var head: ArraySlice<Note> { notes.prefix(Self.headNotes) }

  /// How many of `count` notes may be missing.
  static func mostMissing(of count: Int) -> Int { min(4, count / 64) }

  /// Whether they are the same music as `stored`.
  func isSame(as stored: [Note]) -> Bool {
    let missing = Self.mostMissing(of: max(notes.count, stored.count))
    guard let first = stored.first, abs(notes.count - stored.count) <= missing else { return false }
    let (mine, other) = (Self.ordered(notes), Self.ordered(stored))
    let areFew = notes.count < Self.fewNotes
    return head.contains {
      $0.isStroke(like: first)
        && Self.match(
          mine, other, shift: $0.start - first.start, missing: areFew ? 0 : missing, ends: areFew)
    }
  }

  /// Whether they are a part of `stored`, wherever it was cut out.
  func isPart(of stored: [Note]) -> Bool {
    if Self.isPart(notes, of: stored) { return true }
    // A key that was held over the cut is struck there, and not where it was in the whole.
    guard let begin = notes.first?.start else { return false }
    return Self.isPart(notes.filter { $0.start > begin }, of: stored)
  }

  private static func isPart(_ notes: [Note], of stored: [Note]) -> Bool {
    guard let first = notes.first else { return false }
    let (mine, other) = (Self.ordered(notes), Self.ordered(stored))
    let missing = Self.mostMissing(of: notes.count)
    return stored.contains {
      first.isStroke(like: $0)
        && Self.match(
          mine, other, shift: first.start - $0.start, missing: missing, isPart: true)
    }
  }

  /// Goes through two lists by key and time at once; `missing` of each may have no partner in the
  /// other, and any number of a whole that is compared with a part of it.
  private static func match(
    _ strokes: [Note], _ other: [Note], shift: Int64, missing: Int, ends: Bool = false,
    isPart: Bool = false
  ) -> Bool {
    var (alone, left) = (0, 0)
    var next = 0
    for stroke in strokes {
      while next < other.count, other[next].comesBefore(stroke, shift: shift) {
        next += 1
        left += 1
      }
      if next < other.count, other[next].pitch == stroke.pitch,
        abs(other[next].start + shift - stroke.start) <= tolerance,
        !ends || abs(other[next].end + shift - stroke.end) <= tolerance
      {
        // A stroke may lack, but none is harder or softer in the same music.
        guard other[next].velocity == stroke.velocity else { return false }
        next += 1
      } else {
        alone += 1
      }
      if alone > missing || !isPart && left > missing { return false }
    }
    return isPart || left + other.count - next <= missing
  }

  private static func ordered(_ notes: [Note]) -> [Note] {
    notes.sorted { ($0.pitch, $0.start) < ($1.pitch, $1.start) }
  }
}

extension Note {
  /// Whether the same key was struck as hard.
  fileprivate func isStroke(like other: Note) -> Bool {
    pitch == other.pitch && velocity == other.velocity
  }

  /// Whether it comes before `other` in a list sorted by key and time, and is too early to match it.
  fileprivate func comesBefore(_ other: Note, shift: Int64) -> Bool {
    pitch < other.pitch
      || pitch == other.pitch && start + shift < other.start - SameMusic.tolerance
  }
}
