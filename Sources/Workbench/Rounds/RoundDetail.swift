import Foundation
import Library
public import Rounds

/// All that is on record of a round.
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
  /// Its numbers.
  public var numbers: RoundNumbers?
  /// Its data list; those that judged it have the weight 0.
  public var takes: [TuneOutlook.Take]
}

extension Project {
  /// All that is on record of a round.
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
  /// How it was trained.
  ///
  /// - Throws: `RoundsError.notRepeatable`.
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
