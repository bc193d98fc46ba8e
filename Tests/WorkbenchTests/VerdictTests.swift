import Foundation
import Library
import MIDI
import Testing
import Work

@testable import Console
@testable import Workbench

@Suite struct JudgingTests {
  private let bench: Bench
  private let project: Project

  init() throws {
    bench = try Bench()
    project = try bench.project()
    // Two takes of twelve seconds.
    let notes = [Note(pitch: 60, velocity: 64, start: 0, end: 12_000_000_000)]
    let take = NewTake(
      origin: .generated, startedAt: Date(timeIntervalSince1970: 0),
      events: MIDIEvent.events(of: notes), notes: notes, pedalNanoseconds: 0,
      generation: .init(model: "base", seed: 1))
    try project.library.add(
      [take, take], to: NewSession(kind: .generation, name: "base", startedAt: Date()))
  }

  @Test func whatIsSaidStandsUntilItIsUndone() throws {
    #expect(
      try project.judge([.number(1), .last], .keep()).text
        == "kept take 1\nkept take 2")
    try project.judge([.number(1)], .rate(4))
    try project.judge([.number(1)], .note("the ending"))
    try project.judge([.number(1)], .discard)
    let line = try #require(try project.takes(matching: TakeFilter()).takes.last)
    #expect(line.standing == "discard 4")
    #expect(line.note == "the ending")
    #expect(try project.undo().text == "undone: discarded take 1")
    #expect(try project.undo(of: .number(2)).text == "undone: kept take 2")
    #expect(try project.library.standingVerdict(of: 1).judgement == .keep)
    #expect(try project.library.standingVerdict(of: 2).judgement == nil)
  }

  @Test func whoNamesATakeTwiceSaysItOnce() throws {
    #expect(
      try project.judge([.number(2), .last, .number(2)], .discard).text == "discarded take 2")
    #expect(try project.library.verdicts().map(\.take) == [2])
    // A phrase is still of one take.
    #expect(
      try project.judge([.number(1), .number(1)], .keep(from: 2, to: 5)).verdicts.count == 1)
  }

  @Test func aPhraseIsKept() throws {
    let report = try project.judge([.number(1)], .keep(from: 2, to: 5.5))
    #expect(report.text == "kept take 1, from 0:02 to 0:06")
    try project.judge([.number(1)], .keep(from: 10))
    #expect(
      try project.library.standingVerdict(of: 1).phrases
        == [2_000_000_000..<5_500_000_000, 10_000_000_000..<12_000_000_000])
    #expect(try project.show(.number(1)).text.contains("keep, 0:02 to 0:06, 0:10 to 0:12"))
  }

  @Test(arguments: [(13.0, nil), (5.0, 5.0), (3.0, 2.0), (nil, 14.0)] as [(Double?, Double?)])
  func aPhraseThatIsNoneIsRefused(from: Double?, to: Double?) throws {
    #expect(throws: WorkbenchError.self) {
      try project.judge([.number(1)], .keep(from: from, to: to))
    }
    #expect(try project.library.verdicts().isEmpty)
  }

  @Test func nothingIsSaidOfAnyWhenOneIsMissing() throws {
    #expect(throws: WorkbenchError.noSuchTake(number: 9)) {
      try project.judge([.number(1), .number(9)], .discard)
    }
    #expect(throws: WorkbenchError.partOfMany(doing: "keep", takes: 2)) {
      try project.judge([.number(1), .number(2)], .keep(from: 1, to: 2))
    }
    #expect(throws: WorkbenchError.emptyNote(take: 1)) {
      try project.judge([.number(1)], .note(" "))
    }
    #expect(throws: WrongValue.self) { try project.judge([.number(1)], .rate(6)) }
    #expect(try project.library.verdicts().isEmpty)
    #expect(throws: LibraryError.self) { try project.undo() }
  }

  @Test(
    arguments: [
      ("14", 14), ("0:14.5", 14.5), ("1:02:03", 3723), ("-1", nil), ("1:60", nil), ("", nil),
      ("1:", nil), ("nan", nil), ("1e3", nil),
    ] as [(String, Double?)])
  func momentsAreRead(text: String, seconds: Double?) {
    #expect(TakeTime(text)?.seconds == seconds)
  }

  @Test func takesAreNamedOneByOneOrFromTo() {
    #expect(TakeNames("12")?.names == [.number(12)])
    #expect(TakeNames("last")?.names == [.last])
    #expect(TakeNames("3-5")?.names == [.number(3), .number(4), .number(5)])
    #expect(TakeNames("4-4")?.names == [.number(4)])
    for text in ["5-3", "0-3", "-3", "3-", "3-last", "1-2-3", "1-99999999", "a-b", ""] {
      #expect(TakeNames(text) == nil, "\(text)")
    }
    #expect([TakeNames("2-3"), TakeNames("9")].compactMap(\.self).names.count == 3)
  }
}
