public import Foundation
import Library
import Network
import Player
public import Work

/// A blind test: pairs of takes by two models, each pair from the same primer and seed, heard in a hidden
/// order.
public struct BlindTest: Sendable {
  /// One pair, in the order in which it is heard.
  public struct Pair: Sendable {
    /// The first take that is heard.
    public var first: TakeName
    /// The second take that is heard.
    public var second: TakeName
    let takeA: Int64
    let takeB: Int64
    let heardFirst: BlindPair.Side
  }

  /// An answer to a question about a pair: one of the two, or both alike.
  public enum Answer: String, Sendable {
    case first = "1"
    case second = "2"
    case alike = "="
  }

  /// The pairs.
  public let pairs: [Pair]
  let project: Project
  private let a: ModelName
  private let b: ModelName

  /// Stores the musician's answers on a pair.
  ///
  /// - Throws: `LibraryError`.
  public func answer(
    _ pair: Pair, moreMe: Answer, liked: Answer, at date: Date = Date()
  ) throws {
    func side(_ answer: Answer) -> BlindPair.Side? {
      switch answer {
      case .alike: nil
      case .first: pair.heardFirst
      case .second: pair.heardFirst == .a ? .b : .a
      }
    }
    try project.library.add(
      BlindPair(
        takeA: pair.takeA, takeB: pair.takeB, first: pair.heardFirst, moreMe: side(moreMe),
        liked: side(liked)), at: date)
  }

  /// Counts the answers on the two models so far, in this test and earlier ones.
  ///
  /// - Throws: `LibraryError`.
  public func tally() throws -> BlindTally {
    if let tally = try project.blindTally(of: .model(a), and: .model(b)) { return tally }
    let none = BlindTally.Count(a: 0, b: 0, alike: 0)
    return BlindTally(
      a: try project.settled(a).shown, b: try project.settled(b).shown, pairs: 0, moreMe: none,
      liked: none)
  }

  /// Checks the bounds of the number of pairs and of the length of a take, in seconds.
  ///
  /// - Throws: `WrongValue`.
  public static func check(count: Int, seconds: Double) throws {
    try Setting.blindPairs.require(count, in: 1...100)
    var settings = TakeSettings()
    settings.seconds = seconds
    try settings.check()
  }

  /// The name of the sessions of its takes.
  static let sessionName = "blind comparison"

  /// Lets both models play the pairs; the takes are stored in the library like other generated ones.
  fileprivate init(
    of project: Project, _ a: ModelName, _ b: ModelName, count: Int, seconds: Double,
    after primer: String?, seed: UInt64, progress: @escaping ProgressHandler
  ) throws {
    try Self.check(count: count, seconds: seconds)
    try Setting.requireSeed(seed)
    self.project = project
    self.a = a
    self.b = b
    let primers = try project.library.takes(
      matching: TakeQuery(origin: .played, heldOut: false)
    ).filter { $0.noteCount > 1 }.sorted { $0.number < $1.number }
      .map { (number: $0.number, seconds: Double($0.nanoseconds) / 1e9) }
    var random = SeededGenerator(seed: seed)
    pairs = try (0..<count).map { index in
      var request = GenerateRequest()
      request.takes.count = 1
      request.takes.seconds = seconds
      request.seed = UInt64.random(in: 1...999_999, using: &random)
      let own = primers.randomElement(using: &random)
      request.after = primer ?? own.map { "\($0.number)" }
      // From the middle of a take: after its end there is little to say.
      if primer == nil, let own {
        request.at = own.seconds * Double.random(in: 0.3...0.7, using: &random)
      }
      func take(by model: ModelName) throws -> Int64 {
        request.model = model
        let report = try project.generate(request, in: Self.sessionName) { now in
          var now = now
          now.activity = "pair \(index + 1) of \(count)"
          return progress(now)
        }
        return report.takes[0].number
      }
      let takeA = try take(by: a)
      let takeB = try take(by: b)
      let isStraight = Bool.random(using: &random)
      return Pair(
        first: .number(isStraight ? takeA : takeB), second: .number(isStraight ? takeB : takeA),
        takeA: takeA, takeB: takeB, heardFirst: isStraight ? .a : .b)
    }
  }
}

extension Project {
  /// Prepares a blind test of two models: generates the pairs of takes.
  ///
  /// - Parameters:
  ///   - a: A model.
  ///   - b: Another model.
  ///   - count: The number of pairs, 1…100.
  ///   - seconds: The length of each take.
  ///   - primer: What both models continue; `nil` for a random take of the musician's for each pair.
  ///   - seed: The seed of the primers, the takes and their order; `nil` for a random one.
  /// - Throws: `WrongValue`, ``WorkbenchError``, `LibraryError`, `CheckpointError`.
  public func blindTest(
    of a: PlayerName, and b: PlayerName, count: Int, seconds: Double = 20,
    after primer: String? = nil, seed: UInt64? = nil, progress: @escaping ProgressHandler
  ) throws -> BlindTest {
    guard case .model(let modelA) = a, case .model(let modelB) = b, a != b else {
      throw WorkbenchError.blindNeedsTwoModels
    }
    return try BlindTest(
      of: self, modelA, modelB, count: count, seconds: seconds, after: primer,
      seed: seed ?? UInt64.random(in: 1...999_999), progress: progress)
  }
}

extension Setting {
  package static let blindPairs = Setting("blindPairs")
}
