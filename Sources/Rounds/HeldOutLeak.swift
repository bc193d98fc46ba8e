package import Library

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
    let groups = try music.groups(of: usable, playing)
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
