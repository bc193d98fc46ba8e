package import Library
package import MIDI
package import Performance
import Synchronization

/// The music of a library's takes as a model reads it, each take decoded and tokenised once.
///
/// What there is room for is kept in memory: all that a round learns from and is judged by, up to some
/// 200 hours of playing. What found no room is read again each time.
package final class TakeMusic: Sendable {
  /// A take, or a phrase of it, as a model reads it.
  package struct Music: Sendable {
    /// Its notes as they sound, in order, with silences cut.
    package var notes: PreparedNotes
    /// Its events, with nothing changed.
    package var tokens: [UInt16]

    /// The music of notes as they sound.
    package init(_ sounding: [Note]) {
      notes = PreparedNotes(sounding)
      tokens = notes.tokens()
    }
  }

  private struct Place: Hashable {
    var take: Int64
    var phrase: Range<Int64>?
  }

  private struct State {
    var music: [Place: Music] = [:]
    var notes = 0
    /// The take that was decoded last, of which several phrases may be asked for.
    var last: (take: Int64, notes: [Note])?
  }

  private let library: TakeLibrary
  private let mostNotes: Int
  private let state = Mutex(State())

  /// Notes that are kept in memory, with their events some 32 bytes each.
  package static let mostNotes = 4_000_000

  /// The music of a library; nothing is read yet.
  package init(_ library: TakeLibrary, mostNotes: Int = mostNotes) {
    self.library = library
    self.mostNotes = mostNotes
  }

  /// A take or, of a phrase in nanoseconds since it began, the notes that begin in it.
  ///
  /// - Throws: `LibraryError`.
  package func music(of take: Int64, phrase: Range<Int64>? = nil) throws -> Music {
    let place = Place(take: take, phrase: phrase)
    if let known = state.withLock({ $0.music[place] }) { return known }
    let sounding =
      try state.withLock { $0.last?.take == take ? $0.last?.notes : nil }
      ?? library.soundingNotes(of: take)
    let music = Music(
      phrase.map { phrase in sounding.filter { phrase.contains($0.start) } } ?? sounding)
    state.withLock { state in
      state.last = (take, sounding)
      guard state.notes < mostNotes else { return }
      state.notes += music.notes.notes.count
      state.music[place] = music
    }
    return music
  }

  /// Whether what is read next is kept.
  var hasRoom: Bool { state.withLock { $0.notes < mostNotes } }

  /// The music of an entry of a plan.
  ///
  /// - Throws: `LibraryError`.
  package func music(of entry: TunePlan.Entry) throws -> Music {
    try music(of: entry.number, phrase: entry.phrase)
  }
}

extension TakeLibrary {
  /// The notes of a take as they sound, the pedal folded into their ends; of a phrase, in nanoseconds since
  /// the take began, those that begin in it.
  ///
  /// - Parameter end: Where what sounds is let go and no more is heard, in nanoseconds; `nil` for the take's end.
  /// - Throws: `LibraryError`.
  package func soundingNotes(
    of take: Int64, phrase: Range<Int64>? = nil, until end: Int64? = nil
  ) throws -> [Note] {
    let events = try events(of: take)
    let notes = NoteReading(of: end == nil ? events : events.part(until: end)).soundingNotes
    guard let phrase else { return notes }
    return notes.filter { phrase.contains($0.start) }
  }
}
