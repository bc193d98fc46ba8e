import Foundation
import Library
import Performance
import Terminal

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

extension RoundDetail: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String {
    var lines = [
      "round \(line.number), \(line.status)",
      "  when       \(line.createdAt.formatted(.iso8601)), by woodshed \(programVersion.printable)",
      "  from       \(line.parent.map { "round \($0)" } ?? "the base"), "
        + String((parentDigest ?? "").prefix(12)),
      "  weights    \(String((weightsDigest ?? "").prefix(12))), "
        + (line.bytes.map(RoundList.megabytes) ?? "removed"),
      "  settings   \(settings.passes) passes at most, learning rate \(settings.learningRate), "
        + "dropout \(settings.dropout), seed \(settings.seed)",
    ]
    let trained = takes.filter { $0.weight > 0 }
    let whole = trained.filter { $0.weight == 1 }
    lines.append("  played     \(Self.list(whole.map(\.take)))")
    for weight in Set(trained.map(\.weight)).filter({ $0 < 1 }).sorted(by: >) {
      let takes = trained.filter { $0.weight == weight }.map(\.take)
      lines.append("  kept       \(Self.list(takes)) at weight \((weight * 100).rounded() / 100)")
    }
    lines.append("  judged by  \(Self.list(takes.filter { $0.weight == 0 }.map(\.take)))")
    for look in numbers?.history ?? [] {
      lines.append(
        "  pass \(Self.pass(look.pass))  held-out \(Estimate.fixed(look.heldOut))"
          + (look.training.map { "  training \(Estimate.fixed($0))" } ?? ""))
    }
    if let numbers {
      if let share = numbers.share {
        lines.append("  way        \(Int((share * 100).rounded())) % of where training led")
      }
      if let gain = numbers.gain { lines.append("  gain       \(gain.text) on the base") }
      if let previous = numbers.previous, let gain = numbers.gainOnStanding {
        lines.append("             \(gain.text) on round \(previous)")
      }
      if let variety = numbers.variety, let before = numbers.standingVariety,
        let own = numbers.ownVariety
      {
        let owns = own.beside(own)
        for (row, own) in zip(variety.beside(before), owns) {
          lines.append(
            "  \(row.name): \(Estimate.fixed(row.value)), before \(Estimate.fixed(row.other)), "
              + "you \(Estimate.fixed(own.value))")
        }
      }
    }
    if let reason = line.reason { lines.append("  \(reason.printable)") }
    return lines.joined(separator: "\n")
  }

  private static func pass(_ pass: Double) -> String {
    let text = "\((pass * 10).rounded() / 10)"
    return String(repeating: " ", count: max(0, 5 - text.count)) + text
  }

  /// "takes 1–4, 7".
  private static func list(_ takes: [Int64]) -> String {
    guard !takes.isEmpty else { return "nothing" }
    var runs: [ClosedRange<Int64>] = []
    for take in Set(takes).sorted() {
      if let last = runs.last, last.upperBound + 1 == take {
        runs[runs.count - 1] = last.lowerBound...take
      } else {
        runs.append(take...take)
      }
    }
    return "takes "
      + runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }
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
  /// - Throws: `DecodingError`, ``WorkbenchError/outOfRange(name:value:bounds:)``.
  init(recorded json: Data) throws {
    self = try JSONDecoder().decode(TuneSettings.self, from: json)
    // Rounds of before it was a setting went all the way.
    let names = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    if names?[CodingKeys.interpolation.rawValue] == nil { interpolation = false }
  }
}
