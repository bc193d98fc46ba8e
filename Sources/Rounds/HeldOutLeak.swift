package import Library

extension TakeLibrary {
  /// Whether a round, or an ancestor of it, was trained on any of `takes`.
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
      // A parent is always older, which also rules out a cycle.
      next = try round(number: number)?.parent.flatMap { $0 < number ? $0 : nil }
    }
    return false
  }
}

/// A round that was trained on the same music as was held out to evaluate it.
package struct HeldOutLeak: Hashable, Sendable {
  package var round: Int
  /// A take that it was trained on.
  package var take: Int64
  /// A held-out take of the same music.
  package var aside: Int64
}

extension TakeLibrary {
  /// The rounds that were trained on the same music as was held out, each with one such pair of
  /// takes. Before version 0.2 whole sessions were held out, so a piece that was played in two of
  /// them could be on both sides.
  ///
  /// - Throws: `LibraryError`.
  package func heldOutLeaks(_ music: TakeMusic) throws -> [HeldOutLeak] {
    let rounds = try rounds()
    guard !rounds.isEmpty else { return [] }
    let playing = try playing()
    let usable = try takes(matching: TakeQuery(origin: .played)).filter { $0.noteCount >= 2 }
      .sorted { $0.number < $1.number }
    let groups = try music.groups(of: usable, playing)
    // Groups that are sittings cannot leak: held-out takes were chosen by sitting.
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
