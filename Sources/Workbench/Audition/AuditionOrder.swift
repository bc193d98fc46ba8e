import Network

/// Which takes are auditioned first.
public enum AuditionOrder: String, CaseIterable, Codable, Sendable {
  /// In turn: the best of ``taste``, one at random, the most ``surprising``.
  case mixed
  /// What the musician will like, as ``PredictedTaste`` says; at random while it is no better than a
  /// guess.
  case taste
  /// In an order drawn from the seed.
  case random
  /// What the model in use finds least likely, by nats per event.
  case surprising
  /// The newest first.
  case newest

  /// The takes in this order, each with why it stands where it does.
  ///
  /// - Parameters:
  ///   - takes: The newest first.
  ///   - surprise: Nats per event, by take.
  ///   - taste: The predicted taste, by take, more for better; `nil` while nobody can tell.
  ///   - seed: Of what is drawn.
  func arrange(
    _ takes: [Int64], surprise: [Int64: Double], taste: [Int64: Double]?, seed: UInt64
  ) -> [(take: Int64, reason: Reason)] {
    var random = SeededGenerator(seed: seed)
    let drawn = takes.shuffled(using: &random)
    /// By a number, the highest first; takes without one as they were drawn.
    func highest(_ numbers: [Int64: Double]) -> [Int64] {
      drawn.enumerated().sorted {
        let (first, second) = (numbers[$0.element], numbers[$1.element])
        guard first != second else { return $0.offset < $1.offset }
        return first ?? -.infinity > second ?? -.infinity
      }.map(\.element)
    }
    let byTaste: ([Int64], Reason) =
      taste.map { (highest($0), .taste) } ?? (drawn, .randomForTaste)
    let bySurprise = (highest(surprise), Reason.surprising)
    let lists: [([Int64], Reason)] =
      switch self {
      case .mixed: [byTaste, (drawn, .random), bySurprise]
      case .taste: [byTaste]
      case .random: [(drawn, .random)]
      case .surprising: [bySurprise]
      case .newest: [(takes, .newest)]
      }
    var chosen: [(take: Int64, reason: Reason)] = []
    var left = Set(takes)
    var rests = lists.map { $0.0[...] }
    for turn in 0..<takes.count {
      let list = turn % lists.count
      while let take = rests[list].popFirst() {
        guard left.remove(take) != nil else { continue }
        chosen.append((take, lists[list].1))
        break
      }
    }
    return chosen
  }

  /// Why a take stands where it does.
  public enum Reason: Hashable, Sendable {
    /// It is predicted to be liked.
    case taste
    /// It was drawn, since taste cannot be predicted yet.
    case randomForTaste
    /// It was drawn.
    case random
    /// The model in use finds it unlikely.
    case surprising
    /// It is the newest.
    case newest
    /// It was asked for by number.
    case asked
  }
}
