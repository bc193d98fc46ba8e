package import Library
import Performance

extension TakeMusic {
  /// The groups of takes that are of the same music.
  ///
  /// - Parameter takes: Takes by their numbers, with the sitting and the playing of each.
  /// - Throws: `LibraryError`.
  package func groups(
    of takes: [(number: Int64, sitting: Int64, nanoseconds: Int64)]
  ) throws -> MusicGroups {
    MusicGroups(
      of: try takes.map { take in
        MusicGroups.Take(
          figures: NoteGrams.figures(of: try music(of: take.number).notes.notes),
          sitting: take.sitting, nanoseconds: take.nanoseconds)
      })
  }
}

/// What is set aside for judging.
package struct HeldOut: Sendable {
  /// The takes that are about to be set aside; empty when some are, and when there is too little playing.
  package var takes: Set<Int64> = []
  /// A sentence for the musician.
  package var remark: String?
}

extension TakeLibrary {
  /// The takes to set aside for judging, when none is yet, and a sentence for the musician.
  ///
  /// Whole groups of takes of the same music are set aside, never what a round was trained on: that round
  /// could not be judged.
  ///
  /// - Parameter again: Whether to choose again although some are set aside. Then what rounds were trained on
  ///   may be chosen, too: their numbers stay as they were and are of another choice.
  /// - Throws: `LibraryError`.
  package func heldOutChoice(_ music: TakeMusic, again: Bool = false) throws -> HeldOut {
    let played = try takes(matching: TakeQuery(origin: .played))
    if !again, played.contains(where: \.heldOut) { return HeldOut() }
    let trainedOn = again ? [] : try takesTrainedOn()
    let playing = try playing()
    let usable = played.filter { $0.noteCount >= 2 && $0.judgement != .discard }
      .sorted { $0.number < $1.number }
    let groups = try music.groups(
      of: usable.map { ($0.number, $0.session, playing[$0.number] ?? 0) })
    var candidates: [HeldOutChoice.Candidate] = []
    for (take, group) in zip(usable, groups.groups) {
      if group == candidates.count {
        candidates.append(.init(group: group, takes: 0, duration: 0, last: 0))
      }
      candidates[group].takes += 1
      candidates[group].duration += playing[take.number] ?? 0
      candidates[group].last = take.number
      if trainedOn.contains(take.number) { candidates[group].isFree = false }
    }
    guard let chosen = HeldOutChoice.choose(among: candidates) else {
      if played.contains(where: \.heldOut) {
        return HeldOut(
          remark: "there is too little else to set aside: what is set aside stays as it is")
      }
      return HeldOut(
        remark:
          "too little playing, or too few pieces, to set any aside for judging: how good it is, is told "
          + "by trainings that go without a part of it; bring in more pieces for a better round")
    }
    return HeldOut(
      takes: Set(zip(usable, groups.groups).filter { chosen.contains($0.1) }.map(\.0.number)))
  }

  /// Sets takes aside for judging before the first round, once; gives back a sentence for the musician
  /// when there is one.
  ///
  /// - Throws: `LibraryError`.
  @discardableResult
  package func chooseHeldOut(_ music: TakeMusic, again: Bool = false) throws -> String? {
    let choice = try heldOutChoice(music, again: again)
    if !choice.takes.isEmpty { try setHeldOut(takes: choice.takes) }
    return choice.remark
  }
}

extension TakeLibrary {
  /// Whether a round, or one that it started from, has learned from any of some takes.
  ///
  /// - Throws: `LibraryError`.
  package func hasLearned(round number: Int, from takes: Set<Int64>) throws -> Bool {
    var next: Int? = number
    while let number = next {
      if try self.takes(ofRound: number).contains(where: {
        $0.role == .train && takes.contains($0.take)
      }) {
        return true
      }
      // A round starts from an older one.
      next = try round(number: number)?.parent.flatMap { $0 < number ? $0 : nil }
    }
    return false
  }
}

// MARK: - Rounds that were judged by what they had learned

/// A round that learned from the music that judged it.
package struct HeldOutLeak: Hashable, Sendable {
  package var round: Int
  /// A take that it learned from.
  package var take: Int64
  /// A take of the same music, which judged it.
  package var aside: Int64
}

extension TakeLibrary {
  /// The rounds that learned from the music that judged them, each with one such take: rounds of before version
  /// 0.2 set aside sessions, and a piece that was played in two of them stood on both sides.
  ///
  /// - Throws: `LibraryError`.
  package func heldOutLeaks(_ music: TakeMusic) throws -> [HeldOutLeak] {
    let rounds = try rounds()
    guard !rounds.isEmpty else { return [] }
    let playing = try playing()
    let usable = try takes(matching: TakeQuery(origin: .played)).filter { $0.noteCount >= 2 }
      .sorted { $0.number < $1.number }
    let groups = try music.groups(
      of: usable.map { ($0.number, $0.session, playing[$0.number] ?? 0) })
    // By sittings, which is what they were chosen by.
    guard !groups.areSittings else { return [] }
    let groupOf = Dictionary(uniqueKeysWithValues: zip(usable.map(\.number), groups.groups))
    return try rounds.compactMap { round in
      let takes = try takes(ofRound: round.number)
      let judging = Dictionary(
        takes.filter { $0.role == .heldOut }.compactMap { take in
          groupOf[take.take].map { ($0, take.take) }
        }, uniquingKeysWith: min)
      for take in takes where take.role == .train {
        guard let group = groupOf[take.take], let aside = judging[group] else { continue }
        return HeldOutLeak(round: round.number, take: take.take, aside: aside)
      }
      return nil
    }
  }
}
