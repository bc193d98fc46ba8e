import Testing

@testable import Plot

@Suite struct ChartTests {
  @Test func roundsStandBesideTheBaseWithErrorBars() throws {
    let rounds = [(1, 2.6), (2, 2.4)].map { number, nats in
      RoundsChart.Round(
        number: number, isCurrent: number == 2, tuned: .init(value: nats, error: 0.05),
        base: .init(value: 2.8, error: 0.05),
        curve: [(passes: 0, nats: 2.8), (passes: 1, nats: nats + 0.05), (passes: 2, nats: nats)])
    }
    let reading = try Reading(RoundsChart(rounds: rounds).picture)
    let dots = reading.elements.filter { $0.name == "circle" && $0["r"] == 5 }
    try #require(dots.count == 3)
    // Less is lower: base above round 1 above round 2, in equal steps.
    let step: Double = dots[1]["cy"] - dots[0]["cy"]
    #expect(step > 0)
    #expect(abs(dots[2]["cy"] - dots[1]["cy"] - step) < 0.02)
    // Each bar of three lines; its length twice 0.05, half of a step of 0.2.
    let bars = reading.shapes("error")
    #expect(bars.count == 9)
    let bar: Double = bars[0]["y2"] - bars[0]["y1"]
    #expect(abs(bar * 2 - step) < 0.05)
    // Each round is drawn in its colour on both sides, with its step back from where training ended.
    #expect(reading.elements.filter { $0.name == "path" }.count == 4)
    for series in ["0", "2"] {
      #expect(reading.shapes("fill\(series)").count { $0["r"] == 4 } == 1)
      #expect(reading.shapes("fill\(series)").count { $0["r"] == 5 } == 1)
    }
    for word in ["2.800", "2.600", "2.400", "round 1", "base", "bold: round 2, in use"] {
      #expect(reading.words.contains(word), "\(word): \(reading.words)")
    }
  }

  @Test func whatARoundKnowsByHeartStandsApart() throws {
    let round = RoundsChart.Round(
      number: 1, isCurrent: true, tuned: .init(value: 2.3, error: 0.01),
      base: .init(value: 2.4, error: 0.01), curve: [], repertoire: 0.214)
    let reading = try Reading(RoundsChart(rounds: [round]).picture)
    for word in ["−0.21", "dots: music that it has not read, ± standard error"] {
      #expect(reading.words.contains(word), "\(word): \(reading.words)")
    }
  }

  @Test func oneRoundWithoutErrorBarOrCurveIsDrawn() throws {
    let round = RoundsChart.Round(
      number: 1, isCurrent: true, tuned: .init(value: 2, error: nil),
      base: .init(value: 2, error: nil), curve: [])
    let reading = try Reading(RoundsChart(rounds: [round]).picture)
    #expect(reading.shapes("error").isEmpty)
    #expect(reading.elements.filter { $0.name == "circle" }.count == 2)
  }

  @Test func aShareIsAnArea() throws {
    let chart = StyleChart(
      measures: [
        .init(name: "velocity", unit: "of 127", ticks: [.init(bin: 1, words: "64")])
      ],
      players: [
        .init(name: "you", shares: [[0.25, 0.75]]), .init(name: "base", shares: [[0.75, 0.25]]),
      ])
    let reading = try Reading(chart.picture)
    let areas = reading.shapes("area0").filter { $0["height"] > 10 }
    #expect(areas.count == 2)
    let ratio: Double = areas[1]["height"] / areas[0]["height"]
    #expect(abs(ratio - 3) < 0.01)
    #expect(areas.map { $0["width"] } == [113, 113])
    for word in ["you", "base", "velocity", "of 127", "64", "50 %"] {
      #expect(reading.words.contains(word), "\(word)")
    }
    #expect(
      chart.picture.description
        == "1 measures; 0 is the same, 1 nothing in common: base is 0.50 from you on average.")
  }

  @Test func aDayIsASquareAndABar() throws {
    var days = (1...30).map { PracticeChart.Day(name: "2026-06-\($0)", minutes: 0) }
    days[0].month = "Jun"
    days[9].minutes = 30
    days[10].minutes = 60
    let reading = try Reading(PracticeChart(days: days).picture)
    let bars = reading.shapes("fill0")
    try #require(bars.count == 2)
    let heights: [Double] = bars.map { $0["height"] }
    #expect(abs(heights[1] - 2 * heights[0]) < 0.02)
    #expect(reading.shapes("empty").count == 28 + 1)
    #expect(reading.words.contains("Jun") && reading.words.contains("60 min"))
    #expect(
      reading.words.contains(
        "90 min on 2 days · this week 0 min · in a row now 0 days, at most 2 days"))
    for (today, row) in [(0.0, 1), (5, 2)] {
      let days = [9, today].map { PracticeChart.Day(name: "2026-06-01", minutes: $0) }
      #expect(
        try Reading(PracticeChart(days: days).picture).words.contains {
          $0.contains("in a row now \(row) day")
        })
    }
    // The tenth day of a month that begins on a Monday is the Wednesday of the second week.
    let squares = reading.elements.filter { $0.name == "rect" && $0["height"] == 18 }
    #expect(squares[9]["x"] == 46 + 28 + 1)
    #expect(squares[9]["y"] == 50 + 40 + 1)
  }

  @Test func whatIsDatedWhereThereIsNoDayIsSaid() throws {
    let days = (1...7).map { PracticeChart.Day(name: "2026-06-0\($0)", minutes: 20) }
    let note =
      "Not shown: 12 min dated in the future: a clock or a file's date is wrong; "
      + "90 min dated before 2026-06-01"
    let chart = PracticeChart(days: days, futureMinutes: 12, earlierMinutes: 90)
    #expect(chart.picture.description.hasSuffix("20 minutes. \(note)."))
    #expect(try Reading(chart.picture).words.contains(note))
    #expect(!PracticeChart(days: days).picture.description.contains("Not shown"))
  }

  @Test func whatMadeWhatIsLinked() throws {
    let chart = LineageChart(
      nodes: [
        .init(column: 0, title: "the base", detail: "solo-piano", kind: .model),
        .init(column: 0, title: "you: 3 takes", detail: "9 minutes", kind: .playing),
        .init(column: 1, title: "round 1", detail: "current", kind: .model),
        .init(column: 2, title: "4 takes", detail: "2 kept", kind: .generated),
      ], links: [(0, 2), (1, 2), (2, 3)])
    let reading = try Reading(chart.picture)
    #expect(reading.shapes("box").count == 4)
    #expect(reading.shapes("flow").count == 3)
    #expect(
      chart.picture.description
        == "round 1 came from the base (solo-piano), you: 3 takes (9 minutes) and played 2 kept.")
  }

  /// A chord's notes are 42 % of what is between onsets; what else there is must be seen beside them.
  @Test(
    arguments: [
      ([[0.1, 0.2, 0.3, 0.4]], 0.42), ([[0.42, 0.1, 0.08, 0.05]], 0.125),
      ([[0.4, 0.05, 0.06, 0.39]], 0.075), ([[0.4, 0.1], [0.2, 0.3]], 0.42), ([[1, 0, 0]], 1.05),
      ([[0, 0]], 0.01), ([], 0.01),
    ] as [([[Double]], Double)])
  func aTowerOfOneOrTwoBinsIsCutOff(shares: [[Double]], top: Double) {
    #expect(abs(StyleChart.top(of: shares) - top) < 1e-9)
  }

  @Test func whatIsCutOffIsSaidInNumbers() {
    let measure = StyleChart.Measure(name: "times", unit: "s", ticks: [])
    let player = { StyleChart.Player(name: $0, shares: [$1]) }
    let cut = StyleChart(
      measures: [measure],
      players: [player("you", [0.42, 0.1, 0.08, 0.05]), player("base", [0.37, 0.1, 0.1, 0.05])])
    let svg = cut.picture.file(scheme: .light)
    #expect(svg.contains(">42 %</text>") && svg.contains(">10 %</text>"))
    #expect(!svg.contains(">37 %</text>"))
    let whole = StyleChart(measures: [measure], players: [player("you", [0.2, 0.2, 0.3, 0.3])])
    #expect(!whole.picture.file(scheme: .light).contains("class=\"cut\""))
  }
}
