import Disk
import Foundation
import Library
import MIDI
import Performance

/// What a round is trained on and how: all that is needed to do it again.
struct TunePlan: Codable {
  /// A take, or a phrase of it.
  struct Entry: Codable, Hashable {
    var number: Int64
    /// SHA-256 of the take's events.
    var digest: String
    var origin: TakeFilter.Origin
    /// The part that is used, in nanoseconds since the take began; `nil` for all of it.
    var phrase: Range<Int64>?
    /// How long that is.
    var nanoseconds: Int64
    /// Performance events in it, with nothing changed.
    var events: Int
    /// What each of them counts.
    var weight = 1.0
  }

  /// A take that might have been trained on and is not.
  struct LeftOut: Codable, Hashable {
    var take: Int64
    /// Why, as the end of a sentence about it.
    var reason: String
  }

  var settings: TuneSettings
  /// The round whose weights it starts from; `nil` for the base.
  var parent: Int?
  /// The musician's takes in the order of their numbers, and then those that were kept.
  var takes: [Entry] = []
  var heldOut: [Entry] = []
  var leftOut: [LeftOut] = []
  /// Takes that models played and nobody kept.
  var unkept = 0

  /// A plan without data yet.
  init(settings: TuneSettings, parent: Int?) {
    self.settings = settings
    self.parent = parent
  }

  /// The musician's own.
  var played: [Entry] { takes.filter { $0.origin == .played } }

  /// What was kept of what models played.
  var kept: [Entry] { takes.filter { $0.origin != .played } }

  /// The share of the weighted events that was not played by the musician, 0…1.
  var keptShare: Double {
    let kept = kept.reduce(0) { $0 + Double($1.events) * $1.weight }
    let all = takes.reduce(0) { $0 + Double($1.events) * $1.weight }
    return all > 0 ? kept / all : 0
  }

  /// The data list as the library keeps it.
  var roundTakes: [RoundTake] {
    takes.map {
      RoundTake(
        take: $0.number, digest: $0.digest, weight: $0.weight, role: .train, phrase: $0.phrase)
    }
      + heldOut.map { RoundTake(take: $0.number, digest: $0.digest, weight: 0, role: .heldOut) }
  }
}

extension Sequence<TunePlan.Entry> {
  /// How long all of it is.
  var seconds: Double { reduce(0) { $0 + Double($1.nanoseconds) / 1e9 } }
  var events: Int { reduce(0) { $0 + $1.events } }
}

extension Array {
  /// All of them, or so many at even distances from the first on.
  func spread(atMost most: Int) -> [Element] {
    count <= most ? self : (0..<most).map { self[$0 * count / most] }
  }
}

// MARK: - Music

extension Project {
  /// The notes of takes or phrases as they sound, the pedal folded into their ends.
  func soundingNotes(of entries: [TunePlan.Entry]) throws -> [[Note]] {
    try entries.map { try soundingNotes(of: $0.number, phrase: $0.phrase) }
  }

  /// The notes of a take as they sound; of a phrase those that begin in it.
  func soundingNotes(of take: Int64, phrase: Range<Int64>? = nil) throws -> [Note] {
    let notes = NoteReading(of: try library.events(of: take)).soundingNotes
    guard let phrase else { return notes }
    return notes.filter { phrase.contains($0.start) }
  }
}

// MARK: - A file

extension TunePlan {
  /// - Throws: ``WorkbenchError/nothingToResume(path:)``,
  ///   ``WorkbenchError/unreadablePlan(path:)``.
  static func read(from file: URL) throws -> TunePlan {
    guard let data = try? Data(contentsOf: file) else {
      throw WorkbenchError.nothingToResume(path: file.deletingLastPathComponent().plainPath)
    }
    do {
      return try JSONDecoder().decode(TunePlan.self, from: data)
    } catch {
      throw WorkbenchError.unreadablePlan(path: file.plainPath)
    }
  }

  func write(to file: URL) throws {
    try Draft.write(JSONEncoder().encode(self), to: file)
  }
}
