import Library
import MIDI

/// What is played, rendered or exported of a take: all of it, a part of it, or with its primer.
struct Excerpt {
  /// The take.
  var take: TakeSummary
  /// The events to sound, from 0 on.
  var events: [MIDIEvent]
  /// The position in the take of the first event, in nanoseconds.
  var start: Int64 = 0
  /// Whether it is only a part of the take.
  var isPart = false
  /// Whether the end of the primer comes first.
  var hasPrimer = false
  /// Added to the file's name unless it is the whole take: "-1m20s-1m40s".
  var suffix = ""

  /// The file's name without extension: "take-12-played".
  var name: String { "take-\(take.number)-\(take.origin.rawValue)\(suffix)" }
}

/// A take, and the part of it that was chosen.
struct ChosenPart {
  /// The take.
  var take: TakeSummary
  /// The part of it.
  var part = TakePart()
  /// Which of the take's kept phrases it is, from 1; `nil` when it was not chosen as one.
  var phrase: Int?

  /// Its length, in seconds.
  var seconds: Double {
    let length = Double(take.nanoseconds) / 1e9
    return min(part.until ?? length, length) - (part.from ?? 0)
  }
}

/// The primer of a generated take.
struct PrimerMusic {
  /// The take that was continued.
  var take: TakeSummary
  /// Its events, from its beginning to where it was continued.
  var events: [MIDIEvent]
  /// Where the generated take begins in it, in nanoseconds.
  var end: Int64

  /// Its end, as events from 0 on.
  func last(nanoseconds: Int64) -> [MIDIEvent] {
    events.part(from: max(0, end - nanoseconds), until: end)
  }
}

extension Project {
  /// How much of a primer is heard, in nanoseconds.
  private static let heardOfPrimer: Int64 = 10_000_000_000

  /// The takes of a choice, each with the part of it that is chosen, after checking that the part or the primer
  /// asked for exists.
  ///
  /// Of a take that is chosen because it is kept, but of which only phrases are kept, these are the parts, unless
  /// another part is asked for.
  ///
  /// - Parameter verb: What is to be done with them: "play".
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`.
  func chosenParts(of choice: TakeChoice, doing verb: String) throws -> [ChosenPart] {
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
    let isOfPhrases = choice.filter?.verdict == .kept && choice.part.isWhole
    let kept = isOfPhrases ? try library.standingVerdicts() : [:]
    return takes.enumerated().flatMap { place, take in
      let phrases = place < choice.names.count ? [] : kept[take.number]?.phrases ?? []
      return phrases.isEmpty
        ? [ChosenPart(take: take, part: choice.part)]
        : phrases.enumerated().map { index, phrase in
          ChosenPart(take: take, part: TakePart(phrase), phrase: index + 1)
        }
    }
  }

  /// The excerpt of a take that was chosen.
  ///
  /// - Parameters:
  ///   - withPrimer: Whether the end of its primer comes first, where it has one and begins with the take.
  ///   - verb: What is to be done with it: "play".
  /// - Throws: ``WorkbenchError/badPart(doing:take:from:until:length:)``, `LibraryError`.
  func excerpt(of chosen: ChosenPart, withPrimer: Bool = false, doing verb: String) throws
    -> Excerpt
  {
    let (take, part) = (chosen.take, chosen.part)
    var excerpt = Excerpt(take: take, events: try library.events(of: take.number))
    if !part.isWhole {
      let range = try part.range(in: take, doing: verb)
      excerpt.start = range.lowerBound
      excerpt.isPart = true
      excerpt.events = excerpt.events.part(
        from: range.lowerBound, until: part.until == nil ? nil : range.upperBound)
      if let phrase = chosen.phrase { excerpt.suffix += "-phrase-\(phrase)" }
      excerpt.suffix += "-\(Self.inName(range.lowerBound))-\(Self.inName(range.upperBound))"
    }
    // What is cut out of the middle does not go on from the primer.
    if withPrimer, excerpt.start == 0, let primer = try primerMusic(of: take) {
      let before = primer.last(nanoseconds: Self.heardOfPrimer)
      excerpt.events = before + excerpt.events.later(by: min(primer.end, Self.heardOfPrimer))
      excerpt.hasPrimer = true
      excerpt.suffix += "-with-primer"
    }
    return excerpt
  }

  /// The primer of a take; `nil` when it has none in the library.
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

  /// "1m20s", for names of files.
  private static func inName(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return "\(seconds / 60)m\(seconds % 60)s"
  }
}
