import Foundation
import Library
import Performance

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
  public var numbers: TuneReport?
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
      settings: try round.tuneSettings, numbers: round.report,
      takes: try library.takes(ofRound: number).map { take in
        TuneOutlook.Take(
          take: take.take, digest: take.digest, weight: take.role == .train ? take.weight : 0,
          from: take.phrase.map { Double($0.lowerBound) / 1e9 },
          to: take.phrase.map { Double($0.upperBound) / 1e9 })
      })
  }
}

extension RoundRecord {
  /// How it was trained.
  ///
  /// - Throws: ``WorkbenchError/notRepeatable(number:cause:)``.
  var tuneSettings: TuneSettings {
    get throws {
      do {
        return try TuneSettings(recorded: Data(settings.utf8))
      } catch {
        throw WorkbenchError.notRepeatable(
          number: number, cause: "its settings are none that this woodshed reads")
      }
    }
  }
}

extension TuneSettings {
  /// The settings in a round's record, which is JSON.
  ///
  /// - Throws: `DecodingError`, `WrongValue`.
  init(recorded json: Data) throws {
    self = try JSONDecoder().decode(TuneSettings.self, from: json)
    // Rounds of before it was a setting went all the way.
    let names = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    if names?[CodingKeys.interpolation.rawValue] == nil { interpolation = false }
  }
}
