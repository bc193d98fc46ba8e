import Network

/// The order in which takes are auditioned.
public enum AuditionOrder: String, CaseIterable, Codable, Sendable {
  /// In turn: the best of ``taste``, one at random, the most ``surprising``.
  case mixed
  /// What the musician will like first, as predicted by ``PredictedTaste``; at random while that is no
  /// better than guessing.
  case taste
  /// In random order.
  case random
  /// What the model in use finds least likely first, by nats per event.
  case surprising
  /// The newest first.
  case newest

  /// Arranges takes in this order, each with the reason for its place.
  ///
  /// - Parameters:
  ///   - takes: The takes' numbers, newest first.
  ///   - surprise: Nats per event, by take.
  ///   - taste: The predicted taste, by take, higher is better; `nil` if it cannot be predicted.
  ///   - seed: The seed of the random order.
  func arrange(
    _ takes: [Int64], surprise: [Int64: Double], taste: [Int64: Double]?, seed: UInt64
  ) -> [(take: Int64, reason: Reason)] {
    var random = SeededGenerator(seed: seed)
    let drawn = takes.shuffled(using: &random)
    /// The takes by their numbers, the highest first; equals in random order, takes without a number last.
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

  /// Why a take has its place in the order.
  public enum Reason: Hashable, Sendable {
    /// It is predicted to be liked.
    case taste
    /// It was chosen at random, since taste cannot be predicted yet.
    case randomForTaste
    /// It was chosen at random.
    case random
    /// The model in use finds it unlikely.
    case surprising
    /// It is the newest.
    case newest
    /// It was asked for by number.
    case asked
  }
}
