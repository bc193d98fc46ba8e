package import Library
import Performance

extension TakeMusic {
  /// Groups takes of the same music.
  ///
  /// - Parameters:
  ///   - takes: The takes, in the order of their numbers.
  ///   - playing: How long each take is played, in nanoseconds.
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

/// A choice of takes to hold out for evaluation.
package struct HeldOut: Sendable {
  /// The takes to hold out now; empty when some already are, and when there is too little playing.
  package var takes: Set<Int64> = []
  /// A sentence for the musician.
  package var remark: String?
}

extension TakeLibrary {
  /// Chooses the takes to hold out, if none is held out yet, and a sentence for the musician.
  ///
  /// Whole groups of takes of the same music are held out, and never takes that a round was trained on, which
  /// could not be evaluated by them.
  ///
  /// - Parameter again: Whether to choose again although some are held out. Then takes that rounds were
  ///   trained on may be chosen too; the recorded numbers of those rounds stay, and are those of the earlier
  ///   choice.
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
          "too little playing, or too few pieces, to set any aside for judging: the round is judged by "
          + "trainings that each leave a part of it out; bring in more pieces for a better round")
    }
    return HeldOut(
      takes: Set(zip(usable, groups.groups).filter { chosen.contains($0.1) }.map(\.0.number)))
  }

  /// Chooses the takes to hold out and marks them in the library; returns a sentence for the musician when
  /// there is one.
  ///
  /// - Throws: `LibraryError`.
  @discardableResult
  package func chooseHeldOut(_ music: TakeMusic, again: Bool = false) throws -> String? {
    let choice = try heldOutChoice(music, again: again)
    if !choice.takes.isEmpty { try setHeldOut(takes: choice.takes) }
    return choice.remark
  }
}
