import Foundation
import Library

/// What was said of two models' takes without knowing which was which.
public struct BlindTally: Codable, Hashable, Sendable {
  /// One question's answers.
  public struct Count: Codable, Hashable, Sendable {
    /// Answers for A.
    public var a: Int
    /// Answers for B.
    public var b: Int
    /// Pairs of which the musician could not tell.
    public var alike: Int

    /// B's share of the answers for one of the two, 0…1; `nil` without any.
    public var share: Double? { a + b == 0 ? nil : Double(b) / Double(a + b) }

    /// Where that share is with a chance of 95 %, as far as so many answers can tell.
    public var interval: ClosedRange<Double> { Proportion(count: b, of: a + b).interval }
  }

  /// "round 2", "the base".
  public var a: String
  /// The other.
  public var b: String
  /// Pairs heard.
  public var pairs: Int
  /// Which is more like the musician.
  public var moreMe: Count
  /// Which they like more.
  public var liked: Count
}

extension Project {
  /// What was ever said of two models blind; `nil` when they were never heard so.
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
