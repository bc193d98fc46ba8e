import Disk
import Foundation
import Library
import MIDI
import Performance
import Player
import Plot
import Testing
import Work

@testable import Workbench

@Suite struct PictureTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  @Test func axesAreThoseOfTheMeasures() throws {
    let notes = [Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000)]
    let measures = StyleMeasures(of: [notes, notes]).measures
    #expect(measures.map(\.name) == StyleAxis.all.map(\.name))
    for (measure, axis) in zip(measures, StyleAxis.all) {
      let bins = Double(measure.shares.count)
      #expect(axis.ticks.allSatisfy { (0...bins).contains($0.bin) }, "\(axis)")
    }
    // Middle C, its pitch class, and its loudness fall where the axes say.
    func bin(_ measure: Int, _ words: String) throws -> Int {
      Int(try #require(StyleAxis.all[measure].ticks.first { $0.words == words }).bin)
    }
    #expect(measures[0].shares[try bin(0, "C")] == 1)
    #expect(measures[1].shares[try bin(1, "C4")] == 1)
    #expect(measures[3].shares[try bin(3, "64")] == 1)
  }

  @Test func nobodyIsDrawnTwice() throws {
    let project = try bench.projectWithMusic(takes: 2)
    var request = PictureRequest()
    request.to = bench.folder.appending(path: "style.svg").plainPath
    // Without a round the base is the current one.
    let report = try project.plotStyle(
      of: [.me, .model(.base), .model(.current)], request
    ) { _ in true }
    #expect(report.summary.hasPrefix("Style: you, base. "), "\(report.summary)")
    // What was generated before, and how, is not how a model plays.
    var hot = GenerateRequest()
    (hot.takes.count, hot.takes.seconds, hot.takes.temperature, hot.seed) = (2, 5, 4, 9)
    _ = try project.generate(hot) { _ in true }
    #expect(
      try project.plotStyle(of: [.me, .model(.base)], request) { _ in true }.summary
        == report.summary)
  }

  @Test func aCalendarBeginsOnAMondayAndHoldsEveryMinute() throws {
    let project = try bench.project()
    let day = Date(timeIntervalSince1970: 1_790_000_000)  // Monday, 21 September 2026
    try project.library.add(
      [-40.0, 0, 0].map { days in
        NewTake(
          origin: .played, startedAt: day.addingTimeInterval(days * 86400),
          events: [
            MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
            MIDIEvent(nanoseconds: 120_000_000_000, message: .noteOff(pitch: 60)),
          ],
          notes: [Note(pitch: 60, velocity: 64, start: 0, end: 120_000_000_000)],
          pedalNanoseconds: 0)
      }, to: NewSession(kind: .recording, name: "keys", startedAt: day))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    let chart = try project.practiceChart(
      until: day.addingTimeInterval(2 * 86400), calendar: calendar)
    #expect(chart.days.count == 25 * 7 + 3)
    #expect(chart.days[0].name == "2026-03-30")
    #expect(
      chart.days.filter { $0.minutes > 0 }.map { "\($0.name) \($0.minutes)" }
        == ["2026-08-12 2.0", "2026-09-21 4.0"])
    #expect(chart.days.filter { $0.month == "Sep" }.map(\.name) == ["2026-09-01"])
  }

  @Test func aPictureIsWrittenWhereItIsAskedForOrNotAtAll() throws {
    let project = try bench.projectWithMusic(takes: 2)
    var request = PictureRequest()
    let report = try project.plot(take: .number(1), request)
    #expect(report.path.hasSuffix("/exports/take-1.svg"))
    #expect(try String(contentsOfFile: report.path, encoding: .utf8).hasSuffix("</svg>\n"))
    request.to = bench.folder.appending(path: "x.jpg").plainPath
    #expect(throws: WrongValue.self) { try project.plot(take: .number(1), request) }
    #expect(
      throws: WorkbenchError.nothingToPlot(
        what: "rounds", cause: "there is no round yet")
    ) { try project.plotRounds(PictureRequest()) }
  }
}
