public import Foundation
import GRDB

/// One take, or a phrase of it, in the data list of a round.
public struct RoundTake: Hashable, Sendable {
  /// The purpose of a take in a round.
  public enum Role: String, Hashable, Sendable {
    case train
    case heldOut
  }

  /// The take's number.
  public var take: Int64

  /// The digest of the take's events, to detect changes.
  public var digest: String

  /// The weight of its events in training, 0 or more: 1 for a played take, 0 for a held-out one.
  public var weight: Double

  /// Its purpose in the round.
  public var role: Role

  /// The part that is used, in nanoseconds since the take began; nil for all of it.
  public var phrase: Range<Int64>?

  /// A take in a round's data list.
  public init(
    take: Int64, digest: String, weight: Double, role: Role, phrase: Range<Int64>? = nil
  ) {
    self.take = take
    self.digest = digest
    self.weight = weight
    self.role = role
    self.phrase = phrase
  }
}

/// A round that was trained, as it is to be stored.
public struct NewRound: Hashable, Sendable {
  /// The gate's decision on a round.
  public enum Status: String, Hashable, Sendable {
    /// It passed the gate and is put to use.
    case current = "accepted"
    /// It did not pass the gate; it can be put to use all the same.
    case candidate
    /// There is no model.
    case failed
  }

  /// Its number, from 1: ``TakeLibrary/nextRoundNumber()``.
  public var number: Int

  /// The round whose weights it started from; nil for the base.
  public var parent: Int?

  /// When it was made; stored to the millisecond.
  public var createdAt: Date

  /// Its settings, a JSON text.
  public var settings: String

  /// The seed of all its randomness.
  public var seed: UInt64

  /// The version of woodshed that made it.
  public var programVersion: String

  /// The gate's decision.
  public var status: Status

  /// All its numbers, a JSON text.
  public var numbers: String

  /// The name of its weights' file; nil for a failed round.
  public var weightsFile: String?

  /// The SHA-256 of its weights' file; nil for a failed round.
  public var weightsDigest: String?

  /// Its data list, in the order of training.
  public var takes: [RoundTake]

  /// The SHA-256 of the weights it started from.
  public var parentDigest: String?

  /// Why the gate decided so, in a sentence.
  public var reason: String?

  /// A round with these values.
  public init(
    number: Int, parent: Int?, createdAt: Date, settings: String, seed: UInt64,
    programVersion: String, status: Status, numbers: String, weightsFile: String?,
    weightsDigest: String?, takes: [RoundTake], parentDigest: String? = nil, reason: String? = nil
  ) {
    self.number = number
    self.parent = parent
    self.createdAt = createdAt
    self.settings = settings
    self.seed = seed
    self.programVersion = programVersion
    self.status = status
    self.numbers = numbers
    self.weightsFile = weightsFile
    self.weightsDigest = weightsDigest
    self.takes = takes
    self.parentDigest = parentDigest
    self.reason = reason
  }
}

/// One stored round, without its data list.
public struct RoundRecord: Hashable, Sendable, Identifiable {
  /// The current status of a round.
  public enum Status: String, Hashable, Sendable {
    /// It is in use.
    case current
    /// It passed the gate and is no longer in use.
    case former
    /// It did not pass the gate and is not in use.
    case candidate
    /// There is no model.
    case failed
  }

  /// Its number, from 1.
  public let number: Int

  /// The round whose weights it started from; nil for the base.
  public let parent: Int?

  /// The SHA-256 of the weights it started from.
  public let parentDigest: String?

  /// When it was made.
  public let createdAt: Date

  /// Its settings, a JSON text.
  public let settings: String

  /// The seed of all its randomness.
  public let seed: UInt64

  /// The version of woodshed that made it.
  public let programVersion: String

  /// Its current status.
  public let status: Status

  /// Why the gate decided so, in a sentence.
  public let reason: String?

  /// All its numbers, a JSON text.
  public let numbers: String

  /// The name of its weights' file; nil without one and after it was removed.
  public let weightsFile: String?

  /// The SHA-256 of its weights' file; stays when the file is removed.
  public let weightsDigest: String?

  /// The round's number.
  public var id: Int { number }
}

// MARK: - Rows

extension RoundRecord {
  /// A query whose rows ``init(row:)`` reads.
  static let select: SQL = """
    SELECT round.*, id = ifnull((SELECT id FROM currentRound), 0) AS isCurrent FROM round
    """

  init(row: Row) throws {
    let gate: NewRound.Status = try row.word("status")
    let status: Status =
      switch gate {
      case _ where row["isCurrent"]: .current
      case .current: .former
      case .candidate: .candidate
      case .failed: .failed
      }
    self.init(
      number: row["id"], parent: row["parent"], parentDigest: row["parentDigest"],
      createdAt: Date(libraryNanoseconds: row["createdAt"]), settings: row["settings"],
      seed: UInt64(bitPattern: row["seed"]), programVersion: row["programVersion"],
      status: status, reason: row["reason"], numbers: row["numbers"],
      weightsFile: row["weightsFile"], weightsDigest: row["weightsDigest"])
  }
}

extension RoundTake {
  init(row: Row) throws {
    self.init(
      take: row["take"], digest: row["digest"], weight: row["weight"],
      role: try row.word("role"), phrase: row.phrase())
  }
}
