import Library
import MIDI

/// A take as it is to be heard: all of it, a part of it, or with what it goes on from.
struct Excerpt {
  /// The take.
  var take: TakeSummary
  /// What is heard, from 0 on.
  var events: [MIDIEvent]
  /// Where in the take it begins, in nanoseconds.
  var start: Int64 = 0
  /// Whether it is a part of the take alone.
  var isPart = false
  /// Whether what the take goes on from stands before it.
  var hasPrimer = false
  /// What tells its file from the whole take's: "-1m20s-1m40s".
  var suffix = ""

  /// What its file is called, without an ending: "take-12-played".
  var name: String { "take-\(take.number)-\(take.origin.rawValue)\(suffix)" }
}

/// What a take goes on from, up to where the take begins.
struct PrimerMusic {
  /// The take that it is of.
  var take: TakeSummary
  /// Its events, from that take's beginning on.
  var events: [MIDIEvent]
  /// Where the other take begins, in nanoseconds.
  var end: Int64

  /// Its last seconds, as a take of its own.
  func last(nanoseconds: Int64) -> [MIDIEvent] {
    events.part(from: max(0, end - nanoseconds), until: end)
  }
}

extension Project {
  /// How much is heard of what a take goes on from, in nanoseconds: enough to be in the music when it begins.
  private static let heardOfPrimer: Int64 = 10_000_000_000

  /// The takes of a choice, as each is to be heard.
  ///
  /// - Parameter verb: What is to be done with them: "play".
  /// - Returns: Each take, and what it takes to read it.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`.
  func takes(of choice: TakeChoice, doing verb: String) throws -> [TakeSummary] {
    let takes = try takes(of: choice)
    if !choice.part.isWhole {
      guard takes.count == 1 else {
        throw WorkbenchError.partOfMany(doing: verb, takes: takes.count)
      }
      _ = try choice.part.range(in: takes[0], doing: verb)
    }
    if choice.withPrimer, !takes.contains(where: { $0.generation?.primerTake != nil }) {
      throw WorkbenchError.noPrimer(doing: verb, takes: takes.count)
    }
    return takes
  }

  /// A take as a choice says that it is to be heard.
  ///
  /// - Parameter verb: What is to be done with it: "play".
  /// - Throws: ``WorkbenchError/badPart(doing:take:from:until:length:)``, `LibraryError`.
  func excerpt(of take: TakeSummary, in choice: TakeChoice, doing verb: String) throws -> Excerpt {
    var excerpt = Excerpt(take: take, events: try library.events(of: take.number))
    if !choice.part.isWhole {
      let range = try choice.part.range(in: take, doing: verb)
      excerpt.start = range.lowerBound
      excerpt.isPart = true
      excerpt.events = excerpt.events.part(
        from: range.lowerBound, until: choice.part.until == nil ? nil : range.upperBound)
      excerpt.suffix += "-\(Self.inName(range.lowerBound))-\(Self.inName(range.upperBound))"
    }
    if choice.withPrimer, let primer = try primerMusic(of: take) {
      let before = primer.last(nanoseconds: Self.heardOfPrimer)
      excerpt.events = before + excerpt.events.later(by: min(primer.end, Self.heardOfPrimer))
      excerpt.hasPrimer = true
      excerpt.suffix += "-with-primer"
    }
    return excerpt
  }

  /// What a take goes on from; `nil` when it is no take of the library.
  ///
  /// - Throws: `LibraryError`.
  func primerMusic(of take: TakeSummary) throws -> PrimerMusic? {
    guard let made = take.generation, let number = made.primerTake,
      let primer = try library.take(number)
    else { return nil }
    let events = try library.events(of: number).part(until: made.primerEnd)
    // A model goes on from the last note's end, whatever the pedal does behind it.
    let end = NoteReading(of: events).soundingNotes.reduce(0) { max($0, $1.end) }
    return PrimerMusic(take: primer, events: events, end: end)
  }

  /// "1m20s", which every file system takes.
  private static func inName(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return "\(seconds / 60)m\(seconds % 60)s"
  }
}
