import Foundation
import Library
import Testing

@testable import Capture
@testable import Console
@testable import Rounds
@testable import Workbench

/// Names that files, other programs and keyboards have, in what a person reads.
@Suite struct HostileNamesTests {
  private static let name = "Piano\u{1B}]0;owned\u{07}\n!! ALL IS LOST\u{202E}"

  /// What a recorder says while it runs, as a result.
  private struct News: ConsoleResult {
    var lines: [String]
  }

  private static func results(_ name: String) throws -> [any ConsoleResult] {
    let take = """
      {"number": 1, "origin": "played", "startedAt": 0, "seconds": 1, "notes": 1,
      "session": 1, "sessionName": "NAME", "heldOut": false,
        "source": "NAME", "note": "NAME"}
      """
    let port = """
      {"address": "1:0", "client": "NAME", "port": "NAME", "kind": "hardware", "canRecord": true,
        "isRecordedUnnamed": true, "canPlay": true, "sendsTo": [], "hears": []}
      """
    let evaluation = """
      {"model": "NAME", "nllPerEvent": 1, "nllPerNote": 1, "nllPerSecond": 1, "cutSeconds": 0, "events": 1, "notes": 1,
        "seconds": 1, "sets": [{"set": "NAME", "nllPerEvent": 1, "events": 1, "files": 1}],
        "files": [{"path": "NAME", "events": 1, "notes": 1, "reason": "NAME"}]}
      """
    func decoded<Result: ConsoleResult & Decodable>(_: Result.Type, _ json: String) throws -> Result
    {
      let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
      let text = json.replacing("TAKE", with: take).replacing("PORT", with: port)
        .replacing("\"NAME\"", with: quoted)
      return try JSONDecoder().decode(Result.self, from: Data(text.utf8))
    }
    let part = TuneOutlook.Part(takes: 1, seconds: 1, events: 1)
    var imported = ImportReport()
    imported.files = [
      .init(path: name, reason: name), .init(path: name, reason: nil, remarks: [name, name]),
    ]
    return [
      imported, ExportReport(files: [.init(take: 1, path: name)]),
      VerdictReport(verdicts: [.init(take: 1, content: .note(name), round: nil)]),
      try decoded(TakeList.self, #"{"takes": [TAKE], "total": 1, "playedSeconds": 1}"#),
      try decoded(PortsReport.self, #"{"ports": [PORT]}"#),
      try decoded(EvaluationReport.self, evaluation),
      ProjectSummary(name: name, folder: name, template: name, takes: 0, playedSeconds: 0),
      ProjectSummary(name: name, folder: name, template: name, takes: 1, playedSeconds: 0),
      RenderReport(
        files: [.init(take: 1, path: name, seconds: 1)], soundFont: name, wallSeconds: 1),
      GenerateReport(
        takes: [], model: name, seed: 1, after: name, events: 1, wallSeconds: 1),
      PictureReport(path: name, summary: name),
      ReportResult(path: name, bytes: 1, sounds: 1, remarks: [name]),
      DoctorReport(
        project: name, folder: name, takes: 1, events: 1, models: 1,
        findings: [.init(area: .file, text: name)], remarks: [name], backup: name, wallSeconds: 1),
      BackupReport(
        project: name, path: name, bytes: 1, takes: 1, playedSeconds: 1, models: 1,
        remarks: [name], wallSeconds: 1),
      RestoreReport(
        project: name, folder: name, madeAt: Date(), takes: 1, playedSeconds: 1, findings: [name]),
      AdoptReport(
        template: name, isNew: true, weights: name, bytes: 1, sha256: "", network: "", form: "",
        hasCard: true),
      GramsReport(file: name, files: 1, notes: 1, grams: 1, bytes: 1, falsePositiveRate: 0),
      BasePackReport(folder: name, takes: 1, tokens: 1, shards: 1, passes: 1),
      BaseTrainReport(
        output: name, checkpoint: name, takes: 1, events: 1, passes: 1, start: nil, best: nil,
        wallSeconds: 1, eventsPerSecond: 1, precision: ""),
      VerifyReport(round: 1, recorded: "", made: "", wallSeconds: 1, remarks: [name]),
      BlindTally(
        a: name, b: name, pairs: 1, moreMe: .init(a: 0, b: 1, alike: 0),
        liked: .init(a: 0, b: 1, alike: 0)),
      TuneOutlook(
        round: 1, start: name, played: part, kept: part, keptShare: 0, heldOut: part,
        newPlayed: part,
        newKept: part, leftOut: [TuneOutlook.LeftOut(take: 1, reason: name)], unkept: 1, takes: [],
        settings: TuneSettings(), warnings: [name]),
      RoundDetail(
        line: RoundLine(
          number: 1, status: name, createdAt: Date(), playedSeconds: 1, kept: 0, reason: name),
        programVersion: name, settings: TuneSettings(), takes: []),
      RecordReport(takes: [], rescueFiles: [name], lostEvents: 1, overruns: 1),
    ]
      + [
        RecorderNews.plugged(name: name), .unplugged(name: name, notes: 2), .holding(cause: name),
        .brokenOff(cause: name), .unreadable(take: 3, cause: name),
      ].map { News(lines: [$0.line]) }
  }

  @Test func aNameMakesNoLineAndIsNotObeyed() throws {
    let plain = try Self.results("Piano")
    for (result, plain) in zip(try Self.results(Self.name), plain) {
      let text = result.text
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        lines.count == plain.text.split(separator: "\n", omittingEmptySubsequences: false).count)
      #expect(lines.count == result.lines.count, "\(text)")
      #expect(!text.contains("\u{1B}") && !text.contains("\u{07}"), "\(text)")
      #expect(!text.unicodeScalars.contains("\u{202E}"), "\(text)")
      #expect(text.contains("Piano"), "\(text)")
    }
  }
}
