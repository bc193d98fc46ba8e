import Foundation
import Library

/// The answers of blind tests of two models, A and B.
public struct BlindTally: Codable, Hashable, Sendable {
  /// One question's answers.
  public struct Count: Codable, Hashable, Sendable {
    /// Answers for A.
    public var a: Int
    /// Answers for B.
    public var b: Int
    /// Pairs that the musician found alike.
    public var alike: Int

    /// B's share of the answers for one of the two, 0…1; `nil` without any.
    public var share: Double? { a + b == 0 ? nil : Double(b) / Double(a + b) }

    /// The 95 % confidence interval of that share.
    public var interval: ClosedRange<Double> { Proportion(count: b, of: a + b).interval }
  }

  /// The name of A: "round 2", "the base".
  public var a: String
  /// The name of B.
  public var b: String
  /// The number of pairs that were answered.
  public var pairs: Int
  /// The answers on which is more like the musician.
  public var moreMe: Count
  /// The answers on which the musician likes more.
  public var liked: Count
}

extension Project {
  /// Counts the answers of all blind tests of two models; `nil` if there are none.
  func blindTally(of a: PlayerName, and b: PlayerName) throws -> BlindTally? {
    guard case .model(let modelA) = a, case .model(let modelB) = b, a != b else { return nil }
    let (nameA, nameB) = (try settled(modelA), try settled(modelB))
    let pairs = try library.blindPairs(of: nameA.text, and: nameB.text)
    guard !pairs.isEmpty else { return nil }
    func count(_ answer: (BlindPair) -> BlindPair.Side?) -> BlindTally.Count {
      let answers = pairs.map(answer)
      return BlindTally.Count(
        a: answers.count { $0 == .a }, b: answers.count { $0 == .b },
        alike: answers.count { $0 == nil })
    }
    return BlindTally(
      a: nameA.shown, b: nameB.shown, pairs: pairs.count,
      moreMe: count(\.moreMe), liked: count(\.liked))
  }
}
