public import Foundation
public import MIDI

/// Who made a take.
public enum Origin: String, Hashable, Codable, Sendable, CaseIterable {
  /// A person.
  case played
  /// A model.
  case generated
  /// A model, edited by a person.
  case mixed
}

/// The file that a take was imported from.
public struct Source: Hashable, Sendable {
  /// The file's path at the time.
  public var path: String

  /// The SHA-256 of the file's bytes, 64 hexadecimal digits.
  public var digest: String

  /// Which of the file's takes this is, from 0: an independent track of it, or a part between two long
  /// silences; nil when it has only one.
  public var track: Int?

  /// The file at `path`, or one of its tracks.
  public init(path: String, digest: String, track: Int? = nil) {
    self.path = path
    self.digest = digest
    self.track = track
  }

  /// The file's name without its folders.
  public var name: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}

/// How a take was generated: enough to generate it again.
public struct Generation: Hashable, Sendable {
  /// The round whose model it was; nil for the base and other files.
  public var round: Int?

  /// The model as the musician named it: `base`, a round, a file.
  public var model: String

  /// The seed of the call.
  public var seed: UInt64

  /// Which of the call's takes this is, from 0: the seed's random stream.
  public var stream: Int

  /// The sampling temperature, 0 or more.
  public var temperature: Double

  /// The probability mass of nucleus sampling, above 0 and up to 1.
  public var topP: Double

  /// The primer in words, such as a file and how much of it; nil without one.
  public var primer: String?

  /// The take that the primer was cut from.
  public var primerTake: Int64?

  /// Up to where in that take the primer goes, in nanoseconds; nil for its end.
  public var primerEnd: Int64?

  /// The SHA-256 of the model's weights, 64 hexadecimal digits.
  public var modelDigest: String?

  /// All that was asked for, in JSON; nil where it is unknown.
  public var recipe: String?

  /// The take that it was made from otherwise than as a primer, such as the line that it accompanies.
  public var sourceTake: Int64?

  /// The provenance of one generated take.
  public init(
    round: Int? = nil, model: String, seed: UInt64, stream: Int = 0, temperature: Double = 1,
    topP: Double = 1, primer: String? = nil, primerTake: Int64? = nil, primerEnd: Int64? = nil,
    modelDigest: String? = nil, recipe: String? = nil, sourceTake: Int64? = nil
  ) {
    self.round = round
    self.model = model
    self.seed = seed
    self.stream = stream
    self.temperature = temperature
    self.topP = topP
    self.primer = primer
    self.primerTake = primerTake
    self.primerEnd = primerEnd
    self.modelDigest = modelDigest
    self.recipe = recipe
    self.sourceTake = sourceTake
  }
}

/// A whole take to be stored.
///
/// Its initialiser encodes the events without the database, so an import can do that on other threads while
/// one thread writes.
public struct NewTake: Hashable, Sendable {
  /// Who made it.
  public let origin: Origin

  /// When it began; stored to the millisecond.
  public let startedAt: Date

  /// The file it was imported from.
  public let source: Source?

  /// How it was generated; needed for a generated take, forbidden for a played one.
  public let generation: Generation?

  /// How many raw events it has.
  public let eventCount: Int

  /// How many notes it has.
  public let noteCount: Int

  /// From its start to its last event or note end, in nanoseconds.
  public let nanoseconds: Int64

  /// How long the sustain pedal is down, in nanoseconds; no longer than the take.
  public let pedalNanoseconds: Int64

  /// Its events and notes, or why they cannot be stored.
  let content: Result<EncodedTake, LibraryError>

  /// A take with this content.
  ///
  /// - Parameters:
  ///   - origin: who made it.
  ///   - startedAt: when it began.
  ///   - events: all its raw events; times are ascending, from 0 on. For events that are not, or are no MIDI
  ///     messages, ``TakeLibrary/add(_:to:)`` throws.
  ///   - notes: the notes of the events, in the order of their numbers.
  ///   - pedalNanoseconds: how long the sustain pedal is down.
  ///   - source: the file it was imported from.
  ///   - generation: how it was generated.
  public init(
    origin: Origin, startedAt: Date, events: [MIDIEvent], notes: [Note], pedalNanoseconds: Int64,
    source: Source? = nil, generation: Generation? = nil
  ) {
    self.origin = origin
    self.startedAt = startedAt
    self.source = source
    self.generation = generation
    eventCount = events.count
    noteCount = notes.count
    do {
      let encoded = try EncodedTake(
        events: events, notes: notes, pedalNanoseconds: pedalNanoseconds)
      nanoseconds = encoded.durationNanoseconds
      self.pedalNanoseconds = encoded.pedalNanoseconds
      content = .success(encoded)
    } catch {
      nanoseconds = 0
      self.pedalNanoseconds = 0
      content = .failure(error)
    }
  }
}
