import Disk
import Foundation
import Library
import Rounds

/// The result of using another round, or of removing a round's weights.
public struct RoundChange: Codable, Sendable {
  /// The round in use now; `nil` for the base.
  public var current: Int?
  /// The round that was in use before; `nil` for the base.
  public var before: Int?
  /// The round whose weights were removed, if any.
  public var removed: Int?
  /// Bytes that this freed.
  public var bytes: Int?
}

extension Project {
  /// Puts a round or the base to use: a newer or older round, or one that did not pass the gate. Nothing is
  /// deleted.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  public func use(_ model: ModelName) throws -> RoundChange {
    let before = try library.currentRound()?.number
    let target: Int?
    switch try settled(model) {
    case .base, .current: target = nil
    case .round(let number):
      _ = try record(ofRound: number)
      if model != .current { _ = try resolve(.round(number)) }
      target = number
    case .file(let path): throw WorkbenchError.noSuchRound(name: path)
    }
    if target != before { try library.setCurrent(round: target) }
    return RoundChange(current: target, before: before)
  }

  /// Removes the weights of a round that is not in use; its record stays.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  public func removeWeights(ofRound number: Int) throws -> RoundChange {
    let round = try record(ofRound: number)
    let current = try library.currentRound()?.number
    guard number != current else { throw WorkbenchError.roundInUse(number: number) }
    let file = models.round(number)
    guard round.weightsFile != nil else {
      throw WorkbenchError.weightsRemoved(number: number)
    }
    let bytes = file.bytes ?? 0
    // The record first, so that an interruption leaves at most a file without a record.
    try library.forgetWeights(ofRound: number)
    do {
      if file.isFile { try FileManager.default.removeItem(at: file) }
    } catch let error as CocoaError {
      throw WorkbenchError.fileSystem(
        action: "remove", path: file.plainPath, cause: DiskError.cause(of: error))
    }
    return RoundChange(current: current, before: current, removed: number, bytes: bytes)
  }
}
