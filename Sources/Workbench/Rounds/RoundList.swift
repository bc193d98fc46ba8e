public import Foundation
import Library

/// One round as a line of a list.
public struct RoundLine: Codable, Sendable {
  /// Its number.
  public var number: Int
  /// current, former, candidate or failed.
  public var status: String
  /// When it was made.
  public var createdAt: Date
  /// The round that it started from; `nil` for the base.
  public var parent: Int?
  /// Seconds of the musician's playing that it learned from.
  public var playedSeconds: Double
  /// Takes and phrases that it learned from and that were kept.
  public var kept: Int
  /// Held-out nats per event; `nil` with nothing held out.
  public var heldOut: Estimate?
  /// Bytes of its weights; `nil` when they were removed.
  public var bytes: Int?
  /// Why it is a candidate.
  public var reason: String?
}

/// All rounds, oldest first.
public struct RoundList: Codable, Sendable {
  /// The rounds.
  public var rounds: [RoundLine]
  /// The round in use; `nil` for the base.
  public var current: Int?
  /// Bytes of all models of the project, the base's included.
  public var bytes: Int
}

extension RoundList: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String {
    let days = Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
      .dateSeparator(.dash)
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    var lines = rounds.map { round in
      [
        cell("\(round.number)", 5), cell(round.status, 9), round.createdAt.formatted(days),
        cell(round.parent.map { "round \($0)" } ?? "base", 8),
        cell(Clock.words(seconds: round.playedSeconds), 10),
        cell(round.kept > 0 ? "\(round.kept)" : "", 4),
        cell(round.heldOut?.text ?? "", 13), round.bytes.map(Self.megabytes) ?? "removed",
      ].joined(separator: "  ")
    }
    if !lines.isEmpty {
      lines.insert(
        [
          cell("round", 5), cell("", 9), cell("day", 10), cell("from", 8), cell("played", 10),
          cell("kept", 4), cell("held out", 13), "on disk",
        ].joined(separator: "  "), at: 0)
    }
    let use = current.map { "round \($0) is in use" } ?? "the base is in use"
    lines.append(
      "\(Clock.count(rounds.count, "round")), \(use); models take \(Self.megabytes(bytes))")
    return lines.joined(separator: "\n")
  }

  static func megabytes(_ bytes: Int) -> String {
    "\((Double(bytes) / 100_000).rounded() / 10) MB"
  }
}

extension Project {
  /// All rounds, oldest first.
  ///
  /// - Throws: `LibraryError`.
  public func rounds() throws -> RoundList {
    let rounds = try library.rounds()
    let files = (try? FileManager.default.contentsOfDirectory(atPath: models.plainPath)) ?? []
    return RoundList(
      rounds: try rounds.map(line), current: rounds.first { $0.status == .current }?.number,
      bytes: files.reduce(0) { $0 + (models.appending(path: $1).bytes ?? 0) })
  }

  func line(_ round: RoundRecord) throws -> RoundLine {
    let report = round.report
    return RoundLine(
      number: round.number, status: round.status.rawValue, createdAt: round.createdAt,
      parent: round.parent, playedSeconds: report?.seconds ?? 0,
      kept: report?.data?.kept.takes ?? 0, heldOut: report?.tuned,
      bytes: round.weightsFile.flatMap { models.appending(path: $0).bytes },
      reason: round.reason)
  }

  /// The record of a round.
  ///
  /// - Throws: ``WorkbenchError/noSuchRound(name:)``.
  func record(ofRound number: Int) throws -> RoundRecord {
    guard let round = try library.round(number: number) else {
      throw WorkbenchError.noSuchRound(name: "\(number)")
    }
    return round
  }
}
