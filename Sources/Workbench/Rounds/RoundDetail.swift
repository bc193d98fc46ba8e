import Foundation
import Library
public import Rounds

/// The whole record of a round.
public struct RoundDetail: Codable, Sendable {
  /// The round as a line of a list.
  public var line: RoundLine
  /// SHA-256 of the weights that it started from.
  public var parentDigest: String?
  /// SHA-256 of its weights.
  public var weightsDigest: String?
  /// The version of woodshed that trained it.
  public var programVersion: String
  /// How it was trained.
  public var settings: TuneSettings
  /// Its numbers; `nil` if the record does not have all of them.
  public var numbers: RoundNumbers?
  /// The takes that it was trained on, and those that it was judged by, which have the weight 0.
  public var takes: [TuneOutlook.Take]
}

extension Project {
  /// The whole record of a round.
  ///
  /// - Throws: ``WorkbenchError/noSuchRound(name:)``, `LibraryError`.
  public func show(round number: Int) throws -> RoundDetail {
    let round = try record(ofRound: number)
    return RoundDetail(
      line: try line(round), parentDigest: round.parentDigest,
      weightsDigest: round.weightsDigest, programVersion: round.programVersion,
      settings: try round.tuneSettings,
      numbers: round.roundNumbers.flatMap { $0.isComplete ? $0 : nil },
      takes: try library.takes(ofRound: number).map { take in
        TuneOutlook.Take(
          take: take.take, digest: take.digest, weight: take.role == .train ? take.weight : 0,
          phrase: take.phrase)
      })
  }
}

extension RoundRecord {
  /// The settings that it was trained with.
  ///
  /// - Throws: `RoundsError.notRepeatable` if they cannot be read.
  var tuneSettings: TuneSettings {
    get throws {
      do {
        return try TuneSettings(recorded: Data(settings.utf8))
      } catch {
        throw RoundsError.notRepeatable(
          number: number, cause: "its settings are none that this woodshed reads")
      }
    }
  }
}
