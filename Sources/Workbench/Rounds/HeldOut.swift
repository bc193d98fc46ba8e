import Library

extension Project {
  /// Sets sessions aside for judging before the first round, once; gives back a sentence for the
  /// musician when there is too little playing for it.
  ///
  /// Sessions that a round was trained on are never set aside: that round could not be judged.
  func chooseHeldOut() throws -> String? {
    let sessions = try library.playedSessions()
    if sessions.contains(where: \.heldOut) { return nil }
    let trainedOn = try library.sessionsTrainedOn()
    let candidates = sessions.filter { !trainedOn.contains($0.id) }.map {
      HeldOutChoice.Candidate(session: $0.id, takes: $0.takes, duration: $0.nanoseconds)
    }
    guard let chosen = HeldOutChoice.choose(among: candidates) else {
      return "too little playing to set any aside for judging: nothing tells when to stop, so it "
        + "trains a fixed number of passes; bring in more sessions for a better round"
    }
    try library.setHeldOut(sessions: chosen)
    return nil
  }
}
