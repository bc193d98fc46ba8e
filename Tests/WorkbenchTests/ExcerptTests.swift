import Disk
import Foundation
import Library
import MIDI
import Performance
import Player
import Testing
import Work

@testable import Console
@testable import Workbench

/// Parts of takes, takes with what they go on from, and takes that go on from a moment.
@Suite struct ExcerptTests {
  private static let second: Int64 = 1_000_000_000
  private let bench: Bench
  private let project: Project

  /// Take 1 is a scale, a key a second for 20 s; each is held until the next.
  init() throws {
    bench = try Bench()
    project = try bench.project()
    let notes = (0..<20).map { place in
      Note(
        pitch: 60 + UInt8(place), velocity: 64, start: Int64(place) * Self.second,
        end: Int64(place + 1) * Self.second - 1)
    }
    try project.addPlayed(takes: [MIDIEvent.events(of: notes)], session: "Piano")
  }

  private func notes(of events: [MIDIEvent]) -> [Note] { NoteReading(of: events).notes }

  private func choice(
    _ names: TakeName..., from: Double? = nil, until: Double? = nil, withPrimer: Bool = false
  ) -> TakeChoice {
    var choice = TakeChoice(names)
    choice.part = TakePart(from: from, until: until)
    choice.withPrimer = withPrimer
    return choice
  }

  private func excerpt(_ choice: TakeChoice) throws -> Excerpt {
    try project.excerpt(
      of: project.chosenParts(of: choice, doing: "play")[0], withPrimer: choice.withPrimer,
      doing: "play")
  }

  private func generated(_ request: (inout GenerateRequest) -> Void) throws -> Int64 {
    var call = GenerateRequest()
    (call.takes.count, call.takes.seconds) = (1, 5)
    (call.seed, call.model) = (4, .base)
    request(&call)
    return try #require(try project.generate(call) { _ in true }.takes.first).number
  }

  @Test func onlyTheKeptPhrasesAreWhatIsKept() throws {
    try project.judge([.number(1)], .keep(from: 0, to: 2))
    try project.judge([.number(1)], .keep(from: 5, to: 8))
    var filter = TakeFilter()
    filter.verdict = .kept
    let report = try project.export(ExportRequest(TakeChoice(matching: filter)))
    let files = report.files.map { URL(filePath: $0.path) }
    #expect(
      files.map(\.lastPathComponent) == [
        "take-1-played-phrase-1-0m0s-0m2s.mid", "take-1-played-phrase-2-0m5s-0m8s.mid",
      ])
    let pitches = try files.map { file in
      notes(of: try StandardMIDIFile(bytes: MusicFile.bytes(of: file)).takes[0].events)
        .map(\.pitch)
    }
    #expect(pitches == [[60, 61], [65, 66, 67]])
    #expect(throws: WrongValue(.to, "a.mid", mustBe: "a folder, as there is not one phrase but 2"))
    {
      try project.export(ExportRequest(TakeChoice(matching: filter), to: "a.mid"))
    }
    // Another part is taken where that is asked for.
    var part = TakeChoice(matching: filter)
    part.part = TakePart(from: 10, until: 12)
    #expect(
      try project.export(ExportRequest(part)).files.map { URL(filePath: $0.path).lastPathComponent }
        == ["take-1-played-0m10s-0m12s.mid"])
    // A take that is named is whole.
    let named = try project.export(ExportRequest(TakeChoice([.number(1)], matching: filter)))
    #expect(named.files.count == 1)
    // Kept whole, it is whole again.
    try project.judge([.number(1)], .keep())
    #expect(try project.export(ExportRequest(TakeChoice(matching: filter))).files.count == 1)
  }

  @Test func aPhraseOfSilenceIsNotKept() throws {
    let notes = [Int64(0), 8].map {
      Note(pitch: 60, velocity: 64, start: $0 * Self.second, end: ($0 + 1) * Self.second)
    }
    try project.addPlayed(takes: [MIDIEvent.events(of: notes)], session: "Piano")
    let silence = WorkbenchError.silentPart(doing: "keep", take: 2, from: 3, until: 5)
    #expect(throws: silence) { try project.judge([.number(2)], .keep(from: 3, to: 5)) }
    try project.judge([.number(2)], .keep(from: 0.5, to: 5))
  }

  @Test func aPartIsExported() throws {
    let report = try project.export(ExportRequest(choice(.number(1), from: 2.5, until: 5)))
    let file = URL(filePath: try #require(report.files.first).path)
    #expect(file.lastPathComponent == "take-1-played-0m2s-0m5s.mid")
    let read = try StandardMIDIFile(bytes: MusicFile.bytes(of: file)).takes[0]
    #expect(notes(of: read.events).map(\.pitch) == [62, 63, 64])
    #expect(notes(of: read.events).map(\.start) == [0, Self.second / 2, Self.second * 3 / 2])
    // It is nothing new to the library that it is of.
    let again = try project.importFiles(at: [file.plainPath]) { _ in true }
    #expect(again.files.map(\.sameAs) == [1])
    let whole = try excerpt(choice(.number(1)))
    #expect(whole.name == "take-1-played")
    #expect(try whole.events == project.library.events(of: 1))
  }

  @Test(arguments: [(nil, 21.5), (20, nil), (5, 5), (7, 3)] as [(Double?, Double?)])
  func aPartThatIsNoneIsRefused(from: Double?, until: Double?) throws {
    let error = #expect(throws: WorkbenchError.self) {
      try excerpt(choice(.number(1), from: from, until: until))
    }
    let text = error.map { sentence(for: $0) } ?? ""
    #expect(text.hasPrefix("cannot play 0:"))
    let endsFirst = (from ?? 0) >= (until ?? 20) && (from ?? 0) < 20
    #expect(
      text.hasSuffix(
        "of take 1: " + (endsFirst ? "it would end before it begins" : "the take is 0:20 long")))
    #expect(throws: WorkbenchError.self) {
      try project.plot(
        take: .number(1), part: TakePart(from: from, until: until), PictureRequest())
    }
  }

  @Test func aPartIsOfOneTake() throws {
    _ = try bench.generated(1, in: project)
    #expect(throws: WorkbenchError.partOfMany(doing: "play", takes: 2)) {
      try excerpt(choice(.number(1), .number(2), from: 1))
    }
  }

  @Test func aPartIsDrawnWhereItStands() throws {
    let roll = try project.plot(
      take: .number(1), part: TakePart(from: 5, until: 8), PictureRequest())
    let picture = try String(contentsOf: URL(filePath: roll.path), encoding: .utf8)
    #expect(picture.contains("Take 1, played, 0:05 to 0:08"))
    #expect(picture.contains("3 notes in 0:03, from key 65 to key 67"))
  }

  @Test func whatATakeGoesOnFromIsHeardBeforeIt() throws {
    let take = try generated { $0.after = "1" }
    let own = try project.library.events(of: take)
    let heard = try excerpt(choice(.number(take), withPrimer: true))
    #expect(heard.name == "take-\(take)-generated-with-primer")
    let end = 10 * Self.second
    let before = heard.events.filter { $0.nanoseconds < end }
    #expect(notes(of: before).map(\.pitch) == (70..<80).map { UInt8($0) })
    #expect(own.later(by: end) == heard.events.suffix(own.count))
    // Alone it is as it was, and so is one that goes on from nothing.
    #expect(try excerpt(choice(.number(take))).events == own)
    #expect(throws: WorkbenchError.noPrimer(doing: "play", takes: 1)) {
      try excerpt(choice(.number(1), withPrimer: true))
    }
    let report = try project.export(ExportRequest(choice(.number(take), withPrimer: true)))
    let other = try bench.project("other")
    _ = try other.importFiles(at: [#require(report.files.first).path]) { _ in true }
    #expect(try other.library.take(1)?.origin == .mixed)
  }

  @Test func aTakeGoesOnFromAMoment() throws {
    let take = try generated { ($0.after, $0.at) = ("1", 3.5) }
    let made = try #require(try project.library.take(take)?.generation)
    #expect(made.primerTake == 1 && made.primerEnd == 3_500_000_000)
    #expect(made.primer == "take 1 up to 0:04")
    #expect(try project.show(.number(take)).line.made?.primerSeconds == 3.5)
    let tokens = try project.primer(named: "1", at: 3.5).tokens
    let cut = (0..<4).map { place in
      Note(
        pitch: 60 + UInt8(place), velocity: 64, start: Int64(place) * Self.second,
        end: min(Int64(place + 1) * Self.second - 1, 3_500_000_000))
    }
    #expect(tokens == PreparedNotes(cut).tokens())
    let heard = try excerpt(choice(.number(take), withPrimer: true))
    let own = try project.library.events(of: take)
    #expect(own.later(by: 3_500_000_000) == heard.events.suffix(own.count))
    #expect(
      notes(of: heard.events.filter { $0.nanoseconds < 3_500_000_000 }).map(\.pitch)
        == [60, 61, 62, 63])
    #expect(try project.library.faults().isEmpty)

    // Of a file, too; and its end, read rounded, is the end.
    let file = try #require(
      try project.export(ExportRequest(choice(.number(1)))).files.first
    ).path
    #expect(try project.primer(named: file, at: 3.5).tokens == tokens)
    #expect(
      try project.primer(named: "1", at: 20.4).tokens == project.primer(named: "1").tokens)
  }

  @Test func aMomentThatIsNoneIsRefused() throws {
    #expect(throws: WorkbenchError.badMoment(of: "take 1", at: 0, length: 19.999999999)) {
      try project.primer(named: "1", at: 0)
    }
    #expect(throws: WorkbenchError.badMoment(of: "take 1", at: 30, length: 19.999999999)) {
      try project.primer(named: "1", at: 30)
    }
    #expect(throws: WorkbenchError.momentOfNothing) { try generated { $0.at = 3 } }
    try project.addPlayed(
      takes: [
        MIDIEvent.events(of: [
          Note(pitch: 60, velocity: 64, start: 5 * Self.second, end: 6 * Self.second)
        ])
      ], session: "late")
    let late = try project.summary(of: .last).number
    #expect(
      throws: WorkbenchError.noMusic(
        path: "take \(late)", cause: "it holds no notes to go on from before 0:02")
    ) { try project.primer(named: "last", at: 2) }
  }
}
