import Foundation
package import Library
import MIDI
import Performance
import Work

/// The bounds that keep a model fed with its own playing from wearing thin.
///
/// Source: models that are fed with what they made lose the rare first (arXiv 2305.17493), and do
/// not when enough human playing stays in (2404.01413, 2310.00429); selection by taste does it
/// faster (2407.09499). The numbers are chosen here.
package struct TuneGuards: Hashable, Sendable {
  /// What kept takes may have of the weighted events, 0…1.
  package var mostKept = 1.0 / 3
  /// What an event counts that a model played and a person edited.
  package var mixedWeight = 0.75
  /// Rounds that a kept take is in at its full weight; it halves with each one after them.
  package var fullRounds = 3
  /// Below this weight a take is left out.
  package var leastWeight = 1.0 / 32
  /// A kept take of which at least this share of figures stands in the musician's takes is a copy.
  package var copyShare = 0.5
  /// Whether the musician's own playing is in.
  package var hasPlayed = true
  /// Whether held-out takes say when to stop.
  package var isJudged = true

  /// The bounds as they are chosen.
  package init() {}

  /// What is left when nothing is guarded: for experiments.
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
  /// All played takes that are not set aside, nor of the same music as one that is, but those the
  /// musician discarded; and of what models played the takes and phrases that the musician keeps.
  ///
  /// - Parameters:
  ///   - library: The project's takes.
  ///   - music: The same, as they are read; what is read here need not be read again.
  ///   - settings: How the round is trained.
  ///   - parent: The round whose weights it starts from; `nil` for the base.
  ///   - aside: Takes that are about to be set aside, in place of those that are.
  ///   - guards: The bounds.
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
    let fed = all.filter { $0.origin != .played && !$0.heldOut }
    unkept = fed.count { $0.judgement == nil }
    let kept = fed.filter { $0.judgement == .keep }
    try choose(kept, of: library, music, playing, guards: guards)
    bound(by: guards)
  }

  /// Adds what may be used of kept takes, at the weight of its kind and age.
  private mutating func choose(
    _ kept: [TakeSummary], of library: TakeLibrary, _ music: TakeMusic, _ playing: [Int64: Int64],
    guards: TuneGuards
  ) throws {
    guard !kept.isEmpty, settings.keptWeight > 0 else { return }
    let verdicts = try library.standingVerdicts()
    let rounds = try library.rounds()
      .filter { $0.status == .current || $0.status == .former }
    var found: [(entry: Entry, search: GramSearch)] = []
    for take in kept {
      // The rounds that have been trained since it was played: those that it has been in.
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
    // The musician's takes go by one at a time: there may be years of them, and their figures are many.
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

  /// Makes kept takes lighter until they have no more than their share.
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
  /// A take, or a phrase of it, as a plan lists it.
  ///
  /// - Parameter playing: How much of each take is playing, in nanoseconds.
  fileprivate func entry(
    _ take: TakeSummary, _ playing: [Int64: Int64], phrase: Range<Int64>? = nil
  ) throws -> TunePlan.Entry {
    TunePlan.Entry(
      number: take.number, digest: take.digest, origin: take.origin, phrase: phrase,
      nanoseconds: phrase.map { $0.upperBound - $0.lowerBound } ?? playing[take.number] ?? 0,
      events: try music(of: take.number, phrase: phrase).tokens.count)
  }
}
