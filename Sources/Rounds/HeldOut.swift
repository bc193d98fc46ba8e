package import Library
import Performance

extension TakeMusic {
  /// The groups of takes that are of the same music.
  ///
  /// - Parameters:
  ///   - takes: The takes, in the order of their numbers.
  ///   - playing: How much of each take is playing, in nanoseconds.
  /// - Throws: `LibraryError`.
  func groups(of takes: [TakeSummary], _ playing: [Int64: Int64]) throws -> MusicGroups {
    MusicGroups(
      of: try takes.map { take in
        MusicGroups.Take(
          figures: NoteGrams.figures(of: try music(of: take.number).notes.notes),
          sitting: take.session, nanoseconds: playing[take.number] ?? 0)
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
    let groups = try music.groups(of: usable, playing)
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
