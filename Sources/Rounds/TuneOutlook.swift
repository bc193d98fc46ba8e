package import Library

/// A preview of what a round is going to be trained on.
public struct TuneOutlook: Codable, Sendable {
  /// The amount of music in a part of the takes.
  public struct Part: Codable, Hashable, Sendable {
    /// Takes, each once. In older rounds, which say no phrases, each phrase counts as one.
    public var takes: Int
    /// Takes of which only phrases are in it; `nil` in older rounds.
    public var takesInPhrases: Int?
    /// The phrases of these.
    public var phrases: Int?
    /// Seconds of music.
    public var seconds: Double
    /// Performance events.
    public var events: Int
  }

  /// A take, or a phrase of it, in the data list.
  public struct Take: Codable, Hashable, Sendable {
    /// Its number.
    public var take: Int64
    /// SHA-256 of its events.
    public var digest: String
    /// The weight of its events in the loss.
    public var weight: Double
    /// Where the phrase begins, in seconds since the take began; `nil` for the whole take.
    public var from: Double?
    /// Where the phrase ends, likewise.
    public var to: Double?

    /// A take, or the phrase of it between two times in nanoseconds.
    package init(take: Int64, digest: String, weight: Double, phrase: Range<Int64>?) {
      self.take = take
      self.digest = digest
      self.weight = weight
      from = phrase.map { Double($0.lowerBound) / 1e9 }
      to = phrase.map { Double($0.upperBound) / 1e9 }
    }
  }

  /// A take that is left out.
  public struct LeftOut: Codable, Hashable, Sendable {
    /// Its number.
    public var take: Int64
    /// Why, as a clause that completes a sentence about it.
    public var reason: String
  }

  /// The number that the round will have.
  public var round: Int
  /// What it starts from: "the base" or "round 2".
  public var start: String
  /// The musician's playing.
  public var played: Part
  /// The takes of models that the musician kept.
  public var kept: Part
  /// Their share of the weighted events, 0…1/3.
  public var keptShare: Double
  /// The held-out takes.
  public var heldOut: Part
  /// The last round; `nil` when there is none.
  public var previous: Int?
  /// The musician's playing that the last round was not trained on.
  public var newPlayed: Part
  /// The kept takes that the last round was not trained on.
  public var newKept: Part
  /// What is left out and why.
  public var leftOut: [LeftOut]
  /// Takes of models that were neither kept nor discarded.
  public var unkept: Int
  /// The data list: all takes and phrases to train on.
  public var takes: [Take]
  /// How it is trained.
  public var settings: TuneSettings
  /// What the musician should know before training.
  public var warnings: [String]
  /// Whether many new takes are left out because they are of held-out music, so that a new choice of held-out
  /// music may be better.
  public var hasMuchOfHeldOut: Bool?
  /// The gauge that it is trained toward; `nil` for most rounds.
  public var toward: String?
}

extension TuneOutlook {
  /// The outlook of a plan.
  ///
  /// - Parameters:
  ///   - warnings: Warnings to add to those found here.
  ///   - resumes: Whether the plan is one that was interrupted, so that what came in since is no matter.
  /// - Throws: `LibraryError`.
  package init(of plan: TunePlan, in library: TakeLibrary, warnings: [String], resumes: Bool) throws
  {
    let last = try library.rounds().last { $0.status != .failed }
    let before = Set(
      try last.map { try library.takes(ofRound: $0.number) }?
        .filter { $0.role == .train }.map(\.take) ?? [])
    round = try library.nextRoundNumber()
    start = plan.parent.map { "round \($0)" } ?? "the base"
    played = Part(plan.played)
    kept = Part(plan.kept)
    keptShare = plan.keptShare
    heldOut = Part(plan.heldOut)
    previous = last?.number
    newPlayed = Part(plan.played.filter { !before.contains($0.number) })
    newKept = Part(plan.kept.filter { !before.contains($0.number) })
    leftOut = plan.leftOut.map { LeftOut(take: $0.take, reason: $0.reason) }
    unkept = plan.unkept
    takes = plan.takes.map { entry in
      Take(
        take: entry.number, digest: entry.digest, weight: entry.weight, phrase: entry.phrase)
    }
    settings = plan.settings
    self.warnings = warnings
    let ofHeldOut = plan.leftOut.filter { $0.isOfHeldOut == true }
    if !ofHeldOut.isEmpty, ofHeldOut.count * 10 > newPlayed.takes {
      self.warnings.append(
        "\(ofHeldOut.count) take\(ofHeldOut.count == 1 ? " is" : "s are") of music that is set aside, and "
          + "neither learned from nor judged by")
      hasMuchOfHeldOut = true
    }
    if plan.areSittings == true {
      self.warnings.append(
        "over half of your playing repeats itself, so that it is told apart by sittings and not by pieces"
      )
    }
    if let last, newPlayed.takes == 0, !resumes {
      self.warnings.append(
        "nothing new was played since round \(last.number): a model that is fed only with what it "
          + "played itself wears thin; record something before the next round")
    }
    let cool = try Set(plan.kept.map(\.number)).compactMap { try library.take($0)?.generation }
      .count { !(0.95...1.05).contains($0.temperature) || $0.topP < 1 }
    if cool > 0 {
      self.warnings.append(
        "\(cool) kept take\(cool == 1 ? " was" : "s were") not generated at "
          + "temperature 1 and top-p 1: such takes are good to hear, and narrow to learn from")
    }
  }
}

extension TuneOutlook.Part {
  package init(_ entries: [TunePlan.Entry]) {
    let inPhrases = entries.filter { $0.phrase != nil }
    takes = Set(entries.map(\.number)).count
    takesInPhrases = Set(inPhrases.map(\.number)).count
    phrases = inPhrases.count
    seconds = entries.seconds
    events = entries.events
  }
}
