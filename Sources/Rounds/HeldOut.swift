package import Library

extension TakeLibrary {
  /// The sessions to set aside for judging, when none is yet, and a sentence for the musician when there is
  /// too little playing for it.
  ///
  /// Sessions that a round was trained on are never set aside: that round could not be judged.
  ///
  /// - Throws: `LibraryError`.
  package func heldOutChoice() throws -> (sessions: Set<Int64>, remark: String?) {
    let sessions = try playedSessions()
    if sessions.contains(where: \.heldOut) { return ([], nil) }
    let trainedOn = try sessionsTrainedOn()
    let candidates = sessions.filter { !trainedOn.contains($0.id) }.map {
      HeldOutChoice.Candidate(session: $0.id, takes: $0.takes, duration: $0.nanoseconds)
    }
    guard let chosen = HeldOutChoice.choose(among: candidates) else {
      return (
        [],
        "too little playing to set any aside for judging: it trains a fixed number of passes, and "
          + "nothing tells how good it is; bring in more sessions for a better round"
      )
    }
    return (chosen, nil)
  }

  /// Sets sessions aside for judging before the first round, once; gives back a sentence for the musician
  /// when there is too little playing for it.
  ///
  /// - Throws: `LibraryError`.
  @discardableResult
  package func chooseHeldOut() throws -> String? {
    let choice = try heldOutChoice()
    if !choice.sessions.isEmpty { try setHeldOut(sessions: choice.sessions) }
    return choice.remark
  }
}
