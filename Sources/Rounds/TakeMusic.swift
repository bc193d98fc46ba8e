package import Library
package import MIDI
package import Performance
import Synchronization

/// A cache of a library's takes, decoded and tokenised.
///
/// It keeps up to ``mostNotes`` notes in memory, some 200 hours of playing; takes beyond that
/// are read again each time.
package final class TakeMusic: Sendable {
  /// A take, or a phrase of it, as a model reads it.
  package struct Music: Sendable {
    /// Its sounding notes, in order, with silences cut.
    package var notes: PreparedNotes
    /// Its events, without augmentation.
    package var tokens: [UInt16]

    /// The music of sounding notes.
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
    /// The take decoded last, since several phrases of it may be asked for.
    var last: (take: Int64, notes: [Note])?
  }

  private let library: TakeLibrary
  private let mostNotes: Int
  private let state = Mutex(State())

  /// The most notes that are kept in memory, some 32 bytes each with their events.
  package static let mostNotes = 4_000_000

  /// An empty cache of a library's takes.
  package init(_ library: TakeLibrary, mostNotes: Int = mostNotes) {
    self.library = library
    self.mostNotes = mostNotes
  }

  /// The music of a take, or of the notes that begin within a phrase, in nanoseconds since the take began.
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

  /// Whether there is room for another take.
  var hasRoom: Bool { state.withLock { $0.notes < mostNotes } }

  /// The music of an entry of a plan.
  ///
  /// - Throws: `LibraryError`.
  package func music(of entry: TunePlan.Entry) throws -> Music {
    try music(of: entry.number, phrase: entry.phrase)
  }
}

extension TakeLibrary {
  /// The sounding notes of a take, extended by the pedal; only those that begin within a phrase, in
  /// nanoseconds since the take began, if there is one.
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
