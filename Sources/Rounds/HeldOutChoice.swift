import Network

/// Which sessions are set aside for judging.
///
/// Whole sessions are set aside, since takes of one sitting resemble each other; about a tenth of
/// the playing and at least two takes, so that an error bar can be told; never more than about a
/// third, so that there is something left to learn from.
struct HeldOutChoice {
  /// One session as the choice sees it.
  struct Candidate: Hashable {
    var session: Int64
    var takes: Int
    /// Nanoseconds of playing.
    var duration: Int64
  }

  static let share = 0.1
  static let largestShare = 0.35
  static let fewestTakes = 2

  /// The sessions to set aside; `nil` when there is too little playing to set any aside.
  ///
  /// Many shuffles are tried and the one that comes nearest to a tenth is taken, so that one long
  /// session does not swallow the playing. The same candidates give the same choice.
  static func choose(among candidates: [Candidate]) -> Set<Int64>? {
    let total = Double(candidates.reduce(0) { $0 + $1.duration })
    let ordered = candidates.sorted { $0.session < $1.session }
    var random = SeededGenerator(seed: 1)
    var best: (sessions: Set<Int64>, duration: Double)?
    for _ in 0..<64 {
      var sessions: Set<Int64> = []
      var takes = 0
      var duration = 0.0
      for candidate in ordered.shuffled(using: &random) {
        let grown = duration + Double(candidate.duration)
        guard candidate.takes > 0, grown <= total * largestShare else { continue }
        sessions.insert(candidate.session)
        takes += candidate.takes
        duration = grown
        if duration >= total * share, takes >= fewestTakes { break }
      }
      guard duration >= total * share, takes >= fewestTakes else { continue }
      if best.map({ duration < $0.duration }) ?? true { best = (sessions, duration) }
    }
    return best?.sessions
  }
}
