import Disk
public import Foundation
import Library
public import Rounds

/// One round as a line of a list.
public struct RoundLine: Codable, Sendable {
  /// Its number.
  public var number: Int
  /// "current", "former", "candidate" or "failed".
  public var status: String
  /// When it was made.
  public var createdAt: Date
  /// The round that it started from; `nil` for the base.
  public var parent: Int?
  /// Seconds of the musician's playing that it learned from.
  public var playedSeconds: Double
  /// The number of takes that it learned from and that were kept, wholly or phrases of them.
  public var kept: Int
  /// Held-out nats per event; `nil` with nothing held out.
  public var heldOut: Estimate?
  /// The size of its weights in bytes; `nil` if they were removed or are missing.
  public var bytes: Int?
  /// Whether the musician removed its weights.
  public var isRemoved = false
  /// Why it is a candidate.
  public var reason: String?
  /// The gauge that it was trained toward, without its folder; `nil` for most rounds.
  public var toward: String?
  /// Whether it was judged by other takes than are held out now.
  public var isOfOtherHeldOut = false
  /// What it changed, how sure that is, and what would help most: a sentence each.
  public var sentences: [String] = []
}

/// All rounds, oldest first.
public struct RoundList: Codable, Sendable {
  /// The rounds.
  public var rounds: [RoundLine]
  /// The round in use; `nil` for the base.
  public var current: Int?
  /// The size of all files in `models`, in bytes.
  public var bytes: Int
}

extension Project {
  /// All rounds, oldest first.
  ///
  /// - Throws: `LibraryError`.
  public func rounds() throws -> RoundList {
    let rounds = try library.rounds()
    let folder = models.folder
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []
    return RoundList(
      rounds: try rounds.map(line), current: rounds.first { $0.status == .current }?.number,
      bytes: files.reduce(0) { $0 + (folder.appending(path: $1).bytes ?? 0) })
  }

  func line(_ round: RoundRecord) throws -> RoundLine {
    let numbers = round.roundNumbers
    return RoundLine(
      number: round.number, status: round.status.rawValue, createdAt: round.createdAt,
      parent: round.parent, playedSeconds: numbers?.seconds ?? 0,
      kept: numbers?.data?.kept.takes ?? 0, heldOut: numbers?.tuned,
      bytes: round.weightsFile.flatMap { models.folder.appending(path: $0).bytes },
      isRemoved: round.weightsFile == nil,
      reason: round.reason, toward: numbers?.toward?.name,
      isOfOtherHeldOut: try numbers?.tuned != nil
        && library.heldOutSince().map { round.createdAt < $0 } == true,
      sentences: numbers?.sentences ?? [])
  }

  /// The record of a round.
  ///
  /// - Throws: ``WorkbenchError/noSuchRound(name:)``, `LibraryError`.
  func record(ofRound number: Int) throws -> RoundRecord {
    guard let round = try library.round(number: number) else {
      throw WorkbenchError.noSuchRound(name: "\(number)")
    }
    return round
  }
}
