import Disk
import Foundation
import Library
import MIDI
import Performance
import Plot
import Rounds
public import Work

/// What a report shows, and where it is written.
public struct ReportRequest: Sendable {
  /// The page's file; `nil` for `report.html` in the project's `exports`.
  public var to: String?
  /// How many of the newest takes can be seen and heard, of those that were not discarded.
  public var takes = 6
  /// The takes that can be seen and heard instead, in this order; if empty, the newest.
  public var chosen: [TakeName] = []
  /// Whether the musician's notes on takes are shown, which are private by default.
  public var notes = false
  /// The SoundFont and the settings of the takes' sound.
  public var sound = SoundRequest()

  /// A request for a report with the six newest takes.
  public init() {}
}

/// The result of writing a report.
public struct ReportResult: Codable, Sendable {
  /// The path of the page.
  public var path: String
  /// Its size in bytes.
  public var bytes: Int
  /// The number of takes that can be heard in it.
  public var sounds: Int
  /// Why takes cannot be heard, if they cannot.
  public var remarks: [String]
  /// What can be done about that.
  package var soundRemedy: Remedy?

  private enum CodingKeys: CodingKey {
    case path, bytes, sounds, remarks
  }
}

extension Setting {
  package static let takes = Setting("takes")
}

extension Project {
  /// Writes one HTML page to look at and listen to: the newest takes, practice, rounds, style, and lineage.
  /// The page is self-contained, so that it can be sent to a friend.
  ///
  /// - Parameters:
  ///   - request: What it shows, and where it is written.
  ///   - progress: Is told of progress; if it asks to stop, nothing is written.
  /// - Throws: `WrongValue`, ``WorkbenchError``, `LibraryError`, `SynthError`, `CheckpointError`,
  ///   `DiskError`.
  public func report(_ request: ReportRequest, progress: @escaping ProgressHandler) throws
    -> ReportResult
  {
    try Setting.takes.require(request.takes, in: 0...100)
    try request.sound.check()
    let file =
      try request.to.map { try URL(target: $0, mustBe: "a file, such as report.html") }
      ?? exports().appending(path: "report.html")
    // A path that cannot be written to fails before the work, not after it.
    let target = try file.linksFollowed()
    try file.requireFolder()
    var page = ReportPage(title: "\(settings.name): a report of practice")
    let played = try library.totals(origin: .played)
    let generated = try library.totals(origin: .generated)
    let rounds = try library.rounds().filter { $0.status != .failed }
    page.heading(1, settings.name)
    page.paragraph(
      "\(Readable.words(seconds: Double(played.nanoseconds) / 1e9)) of playing in "
        + "\(Readable.count(played.takes, "take")); \(Readable.count(rounds.count, "round")); "
        + "\(Readable.count(generated.takes, "take")) by models. "
        + Readable.day(Date()))
    page.paragraph(
      "A program learns to play a little like one musician, from their own playing. Here are what was played and "
        + "what the program made of it; blue is the musician, who is called “you”, and orange the program."
    )
    let takesHeading = request.chosen.isEmpty ? "Some takes" : "Takes"
    page.navigation([
      ("takes", takesHeading), ("practice", "Practice"), ("rounds", "Rounds"), ("style", "Style"),
      ("lineage", "What made what"),
    ])
    var result = ReportResult(path: file.plainPath, bytes: 0, sounds: 0, remarks: [])
    // The takes come first, since they can be heard.
    try page.section("takes", takesHeading) { page in
      try addTakes(to: &page, request, &result, progress: progress)
    }
    try page.section("practice", "Practice") { page in
      var chart = try practiceChart(until: Date())
      chart.showsTotals = false
      page.paragraph(chart.totals)
      page.picture(chart.picture, startsAtItsEnd: true)
    }
    try page.section("rounds", "Rounds") { try add(rounds, to: &$0) }
    try page.section("style", "Style") { page in
      guard played.takes > 0 else { return page.paragraph("Nothing is played yet.") }
      try addStyle(to: &page, progress: progress)
    }
    try page.section("lineage", "What made what") { page in
      page.paragraph(
        "What you played is blue, what models played is orange; what you keep of that goes into the "
          + "next round.", kind: "faint")
      page.picture(try lineageChart().picture)
    }
    let data = Data(page.text.utf8)
    try Draft.write(data, to: target)
    result.bytes = data.count
    return result
  }

  private func add(_ rounds: [RoundRecord], to page: inout ReportPage) throws {
    guard !rounds.isEmpty else {
      return page.paragraph("No round yet: it is the base that plays.")
    }
    if let chart = try roundsChart() { page.picture(chart.picture) }
    for round in rounds.reversed() {
      page.heading(3, "Round \(round.number)\(round.status == .current ? ", in use" : "")")
      page.paragraph(round.verdict)
    }
  }

  private func addStyle(to page: inout ReportPage, progress: @escaping ProgressHandler) throws {
    let current = try library.currentRound()?.number
    let models: [ModelName] = [.base] + (current.map { [.round($0)] } ?? [])
    let measured = try models.map {
      (player: PlayerName.model($0), style: try style(of: .model($0), progress: progress))
    }
    let mine = try library.takes(matching: TakeQuery(origin: .played))
    let notes = try mine.map { try library.soundingNotes(of: $0.number) }
    let whole = StyleMeasures(of: notes)
    page.picture(styleChart(of: [(player: .me, style: whole)] + measured).picture)
    var rows = [["measure"] + models.map(\.text) + ["you"]]
    let halves = [0, 1].map { half in
      StyleMeasures(of: notes.indices.filter { $0 % 2 == half }.map { notes[$0] })
    }
    // All distances are to the same half, so that the other half's is the nearest that can be expected.
    let (isHalved, reference) = notes.count > 1 ? (true, halves[1]) : (false, whole)
    let distances = measured.map { $0.style.distances(to: reference).map(\.distance) }
    let own = isHalved ? halves[0].distances(to: reference).map(\.distance) : nil
    for (index, measure) in whole.measures.enumerated() {
      let numbers = distances.map { $0[index] } + (own.map { [$0[index]] } ?? [])
      rows.append([measure.name] + numbers.map { "\(Estimate.fixed($0).dropLast())" })
    }
    page.table(
      caption:
        "How far each is from \(isHalved ? "half of " : "")your playing, by four minutes that each plays for "
        + "this: 0 is the same, 1 has nothing in common."
        + (isHalved ? " Under “you”, the other half of your playing: as near as one gets." : ""),
      rows)
  }
}

extension RoundRecord {
  /// The result of a round, in a few sentences.
  var verdict: String {
    let numbers = roundNumbers
    let trained =
      numbers.map {
        $0.seconds > 0 ? "Trained on \(Readable.words(seconds: $0.seconds)) of your playing. " : ""
      }
      ?? ""
    guard let numbers, numbers.promised ?? numbers.gain != nil else {
      return trained + "Nothing was held out, so nobody can tell whether it is better."
    }
    let sentences = numbers.sentences.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
      .joined(separator: " ")
    let standing =
      status == .candidate ? " It is not in use\(reason.map { ": \($0)" } ?? "")." : ""
    return "\(trained)\(sentences)\(standing)"
  }
}
