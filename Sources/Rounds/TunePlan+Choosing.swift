import Foundation
package import Library
import MIDI
import Performance
import Work

/// The limits that prevent model collapse when a model is trained on its own output.
///
/// Source: models trained on their own output lose rare events first (arXiv 2305.17493), but not
/// when enough human data stays in the training set (2404.01413, 2310.00429); selecting the output by taste
/// makes it faster (2407.09499). The numbers are our own choice.
package struct TuneGuards: Hashable, Sendable {
  /// The largest share of the weighted events that kept takes may have, 0…1.
  package var mostKept = 1.0 / 3
  /// The weight of events that a model played and a person edited.
  package var mixedWeight = 0.75
  /// The number of rounds in which a kept take has its full weight; it halves with each round after them.
  package var fullRounds = 3
  /// A take of less weight than this is left out.
  package var leastWeight = 1.0 / 32
  /// A kept take with at least this fraction of its figures in the musician's takes counts as a copy.
  package var copyShare = 0.5
  /// Whether to train on the musician's own playing.
  package var hasPlayed = true
  /// Whether takes are held out for evaluation.
  package var isJudged = true

  /// The default limits.
  package init() {}

  /// No limits, for experiments.
  package static let off = {
    var guards = TuneGuards()
    (guards.mostKept, guards.mixedWeight) = (1, 1)
    (guards.fullRounds, guards.leastWeight, guards.copyShare) = (.max, 0, 2)
    (guards.hasPlayed, guards.isJudged) = (false, false)
    return guards
  }()
}

extension TunePlan {
  /// Chooses what the next round is trained on.
  ///
  /// That is all played takes except those that the musician discarded, those held out and those of the same
  /// music as a held-out one; and the takes and phrases of models that the musician keeps.
  ///
  /// - Parameters:
  ///   - library: The project's takes.
  ///   - music: A cache of the same takes.
  ///   - settings: How the round is trained.
  ///   - parent: The round whose weights it starts from; `nil` for the base.
  ///   - aside: Takes about to be held out, which replace those that are held out in the library.
  ///   - guards: The limits.
  /// - Throws: `LibraryError`.
  package init(
    of library: TakeLibrary, _ music: TakeMusic, settings: TuneSettings, parent: Int? = nil,
    aside: HeldOut = HeldOut(), guards: TuneGuards = TuneGuards()
  ) throws {
    self.init(settings: settings, parent: parent)
    let all = try library.takes().sorted { $0.number < $1.number }
    let playing = try library.playing()
    func isAside(_ take: TakeSummary) -> Bool {
      aside.takes.isEmpty ? take.heldOut : aside.takes.contains(take.number)
    }
    let twins = Dictionary(
      all.filter { isAside($0) && $0.noteCount > 0 }.map { ($0.digest, $0.number) },
      uniquingKeysWith: min)
    let usable = all.filter {
      $0.origin == .played && $0.noteCount >= 2 && (isAside($0) || $0.judgement != .discard)
    }
    let groups = try music.groups(of: usable, playing)
    areSittings = groups.areSittings
    let groupOf = Dictionary(
      uniqueKeysWithValues: zip(usable.map(\.number), groups.groups))
    let asideOf = Dictionary(
      usable.filter(isAside).compactMap { take in groupOf[take.number].map { ($0, take.number) } },
      uniquingKeysWith: min)
    for take in all where take.origin == .played {
      let isAside = isAside(take)
      let group = groupOf[take.number]
      if take.judgement == .discard, !isAside {
        leftOut.append(.init(take: take.number, reason: "you discarded it"))
      } else if take.noteCount < 2 {
        leftOut.append(.init(take: take.number, reason: "it has fewer than two notes"))
      } else if isAside {
        guard guards.isJudged else { continue }
        var entry = try music.entry(take, playing)
        entry.group = group
        heldOut.append(entry)
      } else if let twin = twins[take.digest] {
        leftOut.append(
          .init(
            take: take.number, reason: "it is the same playing as take \(twin), which is set aside")
        )
      } else if guards.isJudged, let group, let sibling = asideOf[group] {
        let music = groups.areSittings ? "of the same sitting" : "the same music"
        leftOut.append(
          .init(
            take: take.number, reason: "it is \(music) as take \(sibling), which is set aside",
            isOfHeldOut: true))
      } else if guards.hasPlayed {
        var entry = try music.entry(take, playing)
        entry.group = group
        takes.append(entry)
      }
    }
    let byModels = all.filter { $0.origin != .played && !$0.heldOut }
    unkept = byModels.count { $0.judgement == nil }
    let kept = byModels.filter { $0.judgement == .keep }
    try choose(kept, of: library, music, playing, guards: guards)
    bound(by: guards)
  }

  /// The rounds that have been in use. A tuning that was interrupted and resumed counts once: the round of its
  /// interrupted part has the data of the next one.
  private static func wholeRounds(of library: TakeLibrary) throws -> [RoundRecord] {
    let rounds = try library.rounds().filter { $0.status == .current || $0.status == .former }
    return try rounds.indices.filter { index in
      let ending = rounds[index].roundNumbers?.ending
      guard index + 1 < rounds.count, ending == .stopped || ending == .time else { return true }
      return try Set(library.takes(ofRound: rounds[index].number))
        != Set(library.takes(ofRound: rounds[index + 1].number))
    }.map { rounds[$0] }
  }

  /// Adds the usable kept takes and phrases, weighted by their origin and age.
  private mutating func choose(
    _ kept: [TakeSummary], of library: TakeLibrary, _ music: TakeMusic, _ playing: [Int64: Int64],
    guards: TuneGuards
  ) throws {
    guard !kept.isEmpty, settings.keptWeight > 0 else { return }
    let verdicts = try library.standingVerdicts()
    let rounds = try Self.wholeRounds(of: library)
    var found: [(entry: Entry, search: GramSearch)] = []
    for take in kept {
      // The age is the number of rounds since it was generated, which are those that it has been in.
      let age = rounds.count { $0.createdAt > take.startedAt }
      var weight = take.origin == .mixed ? guards.mixedWeight : settings.keptWeight
      if age >= guards.fullRounds { weight /= exp2(Double(age - guards.fullRounds + 1)) }
      guard weight >= guards.leastWeight else {
        leftOut.append(
          .init(take: take.number, reason: "it is \(age) rounds old, and newer takes count more"))
        continue
      }
      let phrases = verdicts[take.number]?.phrases ?? []
      for phrase in phrases.isEmpty ? [nil] : phrases.map(Optional.some) {
        var entry = try music.entry(take, playing, phrase: phrase)
        entry.weight = weight
        let notes = try music.music(of: entry).notes.notes
        found.append((entry, GramSearch(for: notes)))
      }
    }
    // One take of the musician's at a time: there may be years of them, too many figures to keep in memory.
    for take in takes {
      let notes = try music.music(of: take).notes.notes
      let grams = Set(NoteGrams.grams(of: notes))
      for index in found.indices { found[index].search.look(in: grams) }
    }
    for (entry, search) in found {
      if search.share >= guards.copyShare {
        leftOut.append(
          .init(
            take: entry.number,
            reason:
              "it is nearly a copy: \(Int(nearestTo: (search.share * 100).rounded(.down))) % of its figures are in "
              + "your own takes, which would count twice"))
      } else if entry.events < 2 {
        leftOut.append(.init(take: entry.number, reason: "the phrase you kept has no notes"))
      } else {
        takes.append(entry)
      }
    }
  }

  /// Scales down the weights of kept takes so that they do not exceed their largest share.
  private mutating func bound(by guards: TuneGuards) {
    let played = played.reduce(0) { $0 + Double($1.events) * $1.weight }
    let kept = kept.reduce(0) { $0 + Double($1.events) * $1.weight }
    let most = guards.mostKept < 1 ? played * guards.mostKept / (1 - guards.mostKept) : .infinity
    guard kept > most else { return }
    for index in takes.indices where takes[index].origin != .played {
      takes[index].weight *= most / kept
    }
  }
}

extension TakeMusic {
  /// A plan's entry for a take or a phrase of it.
  ///
  /// - Parameter playing: How long each take is played, in nanoseconds.
  fileprivate func entry(
    _ take: TakeSummary, _ playing: [Int64: Int64], phrase: Range<Int64>? = nil
  ) throws -> TunePlan.Entry {
    TunePlan.Entry(
      number: take.number, digest: take.digest, origin: take.origin, phrase: phrase,
      nanoseconds: phrase.map { $0.upperBound - $0.lowerBound } ?? playing[take.number] ?? 0,
      events: try music(of: take.number, phrase: phrase).tokens.count)
  }
}
