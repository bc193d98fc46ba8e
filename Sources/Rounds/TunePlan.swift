import Disk
package import Foundation
package import Library

/// What a round is trained on and how: everything needed to repeat its training.
package struct TunePlan: Codable, Sendable {
  /// A take, or a phrase of it.
  package struct Entry: Codable, Hashable, Sendable {
    package var number: Int64
    /// SHA-256 of the take's events.
    package var digest: String
    package var origin: Origin
    /// The part that is used, in nanoseconds since the take began; `nil` for all of it.
    package var phrase: Range<Int64>?
    /// The length of that part.
    package var nanoseconds: Int64
    /// Performance events in it, without augmentation.
    package var events: Int
    /// Their weight in the loss.
    package var weight = 1.0
    /// Its group of takes of the same music; `nil` for takes of models, and in plans from before version 0.2.
    package var group: Int?

    /// A take or a phrase of it, by default with the weight of the musician's own playing.
    package init(
      number: Int64, digest: String, origin: Origin, phrase: Range<Int64>? = nil,
      nanoseconds: Int64, events: Int, weight: Double = 1
    ) {
      self.number = number
      self.digest = digest
      self.origin = origin
      self.phrase = phrase
      self.nanoseconds = nanoseconds
      self.events = events
      self.weight = weight
    }
  }

  /// A take that might have been trained on and is not.
  package struct LeftOut: Codable, Hashable, Sendable {
    package var take: Int64
    /// Why, as a clause that completes a sentence about it.
    package var reason: String
    /// Whether that is because it is of held-out music.
    package var isOfHeldOut: Bool? = nil
  }

  package var settings: TuneSettings
  /// The round whose weights it starts from; `nil` for the base.
  package var parent: Int?
  /// The musician's takes in the order of their numbers, followed by the kept takes of models.
  package var takes: [Entry] = []
  package var heldOut: [Entry] = []
  package var leftOut: [LeftOut] = []
  /// Takes of models without a verdict.
  package var unkept = 0
  /// Whether groups are sittings, because the playing repeats itself everywhere.
  package var areSittings: Bool?

  /// A plan without takes.
  package init(settings: TuneSettings, parent: Int?) {
    self.settings = settings
    self.parent = parent
  }

  /// The musician's own takes.
  package var played: [Entry] { takes.filter { $0.origin == .played } }

  /// The kept takes of models.
  package var kept: [Entry] { takes.filter { $0.origin != .played } }

  /// The share of the weighted events that was not played by the musician, 0…1.
  package var keptShare: Double {
    let kept = kept.reduce(0) { $0 + Double($1.events) * $1.weight }
    let all = takes.reduce(0) { $0 + Double($1.events) * $1.weight }
    return all > 0 ? kept / all : 0
  }

  /// The data list as the library stores it.
  package var roundTakes: [RoundTake] {
    takes.map {
      RoundTake(
        take: $0.number, digest: $0.digest, weight: $0.weight, role: .train, phrase: $0.phrase)
    }
      + heldOut.map { RoundTake(take: $0.number, digest: $0.digest, weight: 0, role: .heldOut) }
  }
}

extension Sequence<TunePlan.Entry> {
  /// The length of all entries together.
  package var seconds: Double { reduce(0) { $0 + Double($1.nanoseconds) / 1e9 } }
  package var events: Int { reduce(0) { $0 + $1.events } }
}

extension Array {
  /// All elements, or `most` of them evenly spaced from the first on.
  package func spread(atMost most: Int) -> [Element] {
    count <= most ? self : (0..<most).map { self[$0 * count / most] }
  }
}

// MARK: - A file

extension TunePlan {
  /// Reads the plan of an interrupted tuning.
  ///
  /// - Throws: ``RoundsError``.
  package static func read(from file: URL) throws -> TunePlan {
    guard let data = try? Data(contentsOf: file) else {
      throw RoundsError.nothingToResume(path: file.deletingLastPathComponent().plainPath)
    }
    do {
      return try JSONDecoder().decode(TunePlan.self, from: data)
    } catch {
      throw RoundsError.damagedPlan(path: file.plainPath)
    }
  }

  /// Writes the plan, so that its tuning can be resumed.
  ///
  /// - Throws: `DiskError`.
  package func write(to file: URL) throws {
    try Draft.write(JSONEncoder().encode(self), to: file)
  }
}
