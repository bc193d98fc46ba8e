import Disk
import Foundation
import Library
import MIDI
import Performance
import Plot
import Testing

@testable import Console
@testable import Workbench

/// What was exported comes back as nothing new, and what a model made never as played.
@Suite struct OwnMusicTests {
  let bench: Bench
  let project: Project

  init() throws {
    bench = try Bench()
    // Takes 1 to 3 are played, 4 and 5 the base's.
    project = try bench.projectWithMusic(takes: 3)
    _ = try bench.generated(2, in: project)
  }

  /// Exports takes into a folder; gives it back.
  private func export(_ names: [TakeName] = [], origin: TakeFilter.Origin? = nil) throws -> String {
    let folder = bench.folder.appending(path: "out-\(UUID())").plainPath
    let filter = origin.map { TakeFilter(origin: $0) }
    _ = try project.export(ExportRequest(TakeChoice(names, matching: filter), to: folder))
    return folder
  }

  @Test(arguments: [TakeFilter.Origin.played, .generated])
  func whatWasExportedIsNothingNew(origin: TakeFilter.Origin) throws {
    let takes: [Int64] = origin == .played ? [1, 2, 3] : [4, 5]
    let report = try project.importFiles(at: [export(origin: origin)]) { _ in true }
    #expect(report.added == 0 && report.seconds == 0)
    #expect(report.alreadyThere == takes.count)
    #expect(report.files.map(\.sameAs) == takes)
    #expect(report.files.map(\.reason) == takes.map { "it is take \($0)" })
    #expect(try project.takes(matching: TakeFilter()).total == 5)
  }

  /// How another program may save a take again.
  enum Program: String, CaseIterable {
    /// Notes alone, in ticks of 5.2 ms.
    case coarse
    /// Without the silence before the first note and without the pedal.
    case trimmed
    /// The keys let go elsewhere.
    case legato
    /// Each note on a channel of its own, the rest as it was.
    case channels

    func saved(_ events: [MIDIEvent]) -> [MIDIEvent] {
      var notes = NoteReading(of: events).notes
      switch self {
      case .coarse:
        func rounded(_ time: Int64) -> Int64 { (time + 2_604_166) / 5_208_333 * 5_208_333 }
        for index in notes.indices {
          (notes[index].start, notes[index].end) = (
            rounded(notes[index].start), rounded(notes[index].end) + 5_208_333
          )
        }
      case .trimmed:
        let first = notes[0].start
        for index in notes.indices {
          notes[index].start -= first
          notes[index].end -= first
        }
      case .legato:
        for index in notes.indices { notes[index].end += 30_000_000 }
      case .channels:
        return events.map { event in
          guard case .channel(let status, let data1, let data2) = event.message else {
            return event
          }
          return MIDIEvent(
            nanoseconds: event.nanoseconds,
            message: .channel(
              status: status & 0xF0 | (status & 0xE0 == 0x80 ? data1 % 8 : 0), data1: data1,
              data2: data2))
        }
      }
      return MIDIEvent.events(of: notes)
    }
  }

  @Test(arguments: Program.allCases)
  func whatAnotherProgramSavedAgainIsNothingNew(program: Program) throws {
    let folder = bench.folder.appending(path: "again")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for take in 1...5 {
      let events = program.saved(try project.library.events(of: Int64(take)))
      try Data(StandardMIDIFile.bytes(of: events, name: "again"))
        .write(to: folder.appending(path: "\(take).mid"))
    }
    let report = try project.importFiles(at: [folder.plainPath]) { _ in true }
    #expect(report.files.map(\.sameAs) == [1, 2, 3, 4, 5], "\(program)")
    #expect(report.added == 0)
  }

  @Test func ofTwoFilesOfTheSamePlayingOneComesIn() throws {
    let other = try bench.project("other")
    let folder = bench.folder.appending(path: "twice")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let events = try project.library.events(of: 1)
    for name in ["a", "b"] {
      try Data(StandardMIDIFile.bytes(of: events, name: name))
        .write(to: folder.appending(path: "\(name).mid"))
    }
    let report = try other.importFiles(at: [folder.plainPath]) { _ in true }
    #expect(report.added == 1)
    #expect(
      report.files.map(\.reason) == [
        nil, "it is the same playing as another file of this import",
      ])
  }

  @Test func anotherProjectBelievesWhatAFileSaysOfItsMaker() throws {
    let folder = try export([.number(1)], origin: .generated)
    let other = try bench.project("other")
    let report = try other.importFiles(at: [folder]) { _ in true }
    #expect(report.added == 3 && report.generated == 2)
    let takes = try other.library.takes().sorted { $0.number < $1.number }
    #expect(takes.map(\.origin) == [.played, .generated, .generated])
    let made = try #require(takes[1].generation)
    #expect(made.model == "base of blues")
    #expect(made.seed == 3 && made.stream == 0 && made.round == nil)
    #expect(made.modelDigest?.count == 64)
    #expect(
      report.files[1].remarks == ["it was made by base of blues and is taken in as generated"])
    #expect(report.secondsInAll == Double(takes[0].nanoseconds) / 1e9)
    #expect(
      report.lines.contains { $0.hasPrefix("added ") && $0.contains("3 takes (2 made by a model)") }
    )
    #expect(try other.library.faults().isEmpty)
    // Set aside is only what a person played.
    let third = try bench.project("third")
    _ = try third.importFiles(at: [folder], heldOut: true) { _ in true }
    #expect(try third.library.takes(matching: TakeQuery(heldOut: true)).map(\.number) == [1])
  }

  @Test func aPartOfAnExportedTakeIsThatTake() throws {
    let events = try project.library.events(of: 2)
    let take = try #require(try project.library.take(2))
    let cut = events.filter { $0.nanoseconds > 4_000_000_000 }.map {
      MIDIEvent(nanoseconds: $0.nanoseconds - 4_000_000_000, message: $0.message)
    }
    let file = bench.folder.appending(path: "part.mid")
    let mark = TakeMark(of: take, project: "blues")
    try Data(StandardMIDIFile.bytes(of: cut, text: mark.text)).write(to: file)
    let report = try project.importFiles(at: [file.plainPath]) { _ in true }
    #expect(report.files.map(\.reason) == ["it is take 2"])
    // Without the mark it is a part of nothing that is known.
    try Data(StandardMIDIFile.bytes(of: cut)).write(to: file)
    #expect(try project.importFiles(at: [file.plainPath]) { _ in true }.added == 1)
  }

  /// A model's take of a few notes is not the musician's own because it begins later.
  @Test(arguments: [0, 500, 7000, 14_000])
  func fewNotesAreKnownAgainWhateverTheirOffset(milliseconds: Int64) throws {
    let notes = Array(try project.library.notes(of: 4).prefix(5))
    let file = bench.folder.appending(path: "few.mid")
    func write(_ offset: Int64, text: String = "") throws {
      let moved = notes.map {
        Note(
          pitch: $0.pitch, velocity: $0.velocity, start: $0.start + offset, end: $0.end + offset)
      }
      try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: moved), text: text))
        .write(to: file)
    }
    try write(0, text: "woodshed: generated")
    #expect(try project.importFiles(at: [file.plainPath]) { _ in true }.generated == 1)
    try write(milliseconds * 1_000_000)
    let report = try project.importFiles(at: [file.plainPath]) { _ in true }
    #expect(report.files.map(\.sameAs) == [6] && report.added == 0)
  }

  /// What the same person plays again is no copy, however alike.
  @Test func playingAgainIsNewPlaying() throws {
    let notes = try project.library.notes(of: 1)
    func isNew(_ change: (Int, inout Note) -> Void) -> Bool {
      var again = notes
      for index in again.indices { change(index, &again[index]) }
      return !SameMusic(again).isSame(as: notes)
    }
    #expect(notes.count > 32)
    #expect(!isNew { _, _ in })
    // 8 ms late or early is another program; 15 and more in turn is a hand.
    #expect(
      !isNew { index, note in note.start += index.isMultiple(of: 2) ? 4_000_000 : -4_000_000 })
    #expect(isNew { index, note in note.start += index.isMultiple(of: 2) ? 15_000_000 : 0 })
    #expect(
      isNew { index, note in note.velocity = index == 20 ? note.velocity % 127 + 1 : note.velocity }
    )
    #expect(isNew { _, note in note.pitch += 1 })
    #expect(SameMusic(Array(notes.dropLast(2))).isPart(of: notes))
    #expect(!SameMusic(Array(notes.dropLast(5))).isSame(as: notes))
    // Few notes must agree in all.
    let few = Array(notes.prefix(3))
    #expect(SameMusic(few).isSame(as: few))
    #expect(
      !SameMusic(few).isSame(
        as: few.map { note in
          Note(
            pitch: note.pitch, velocity: note.velocity, start: note.start,
            end: note.end + 20_000_000)
        }))
    #expect(!SameMusic([]).isSame(as: []))
  }

  // MARK: - Marks

  @Test func aMarkReadsBack() throws {
    let take = try #require(try project.library.take(5))
    let mark = TakeMark(of: take, project: "a; take=7; \u{e9}")
    #expect(mark.text.hasPrefix("woodshed: generated; take=5; events="))
    var expected = mark
    expected.generation?.primer = nil
    #expect(TakeMark(mark.text) == expected)
  }

  @Test(
    arguments: [
      ("", nil), ("woodshed: ", nil), ("woodshed: somebody", nil), ("generated", nil),
      ("woodshed: gen", nil), ("woodshed: generated", .generated), ("woodshed: mixed; x", .mixed),
      ("woodshed: played; take=-", .played),
      ("woodshed: generated; model=m; seed=-1; stream=-5; temperature=nan; topP=7", .generated),
      ("woodshed: generated; model=m; temperature=inf; topP=0; weights=12", .generated),
    ] as [(String, TakeFilter.Origin?)])
  func aMarkOfAnyTextIsReadOrPassedOver(text: String, origin: TakeFilter.Origin?) throws {
    #expect(TakeMark(text)?.origin == origin)
    // Whatever it says can be stored.
    var notes = try project.library.notes(of: 1)
    for index in notes.indices { notes[index].pitch += 1 }
    let file = bench.folder.appending(path: "marked.mid")
    try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes), text: text)).write(to: file)
    #expect(try project.importFiles(at: [file.plainPath]) { _ in true }.added == 1)
    let last = try project.library.takes(matching: TakeQuery(limit: 1)).first
    #expect(last?.origin.rawValue == (origin ?? .played).rawValue)
  }

  @Test func playedOverWhatAModelMadeIsMixed() {
    let marks = [TakeFilter.Origin.played, .generated].map {
      TakeMark(origin: $0, project: "p").text
    }
    #expect(TakeMark(in: ["words"] + marks)?.origin == .mixed)
    #expect(TakeMark(in: [marks[1], marks[1]])?.origin == .generated)
    #expect(TakeMark(in: ["words"]) == nil)
  }

  // MARK: - The first minute, and dates

  @Test func theFirstImportSaysWhatTheBaseCanDoNow() throws {
    let other = try bench.project("other")
    let music = try bench.music(takes: 2)
    let says =
      "hear the base go on from your playing, within seconds: woodshed generate --after last"
    let first = try other.importFiles(at: [music + "/0.mid"]) { _ in true }
    #expect(first.isFirst && first.lines.last == says)
    // Until a model has played
    _ = try bench.generated(1, in: other)
    let next = try other.importFiles(at: [music + "/1.mid"]) { _ in true }
    #expect(!next.isFirst && !next.lines.contains(says))
    // What is set aside is nothing to go on from
    let third = try bench.project("third")
    #expect(try !third.importFiles(at: [music], heldOut: true) { _ in true }.isFirst)
  }

  @Test func theLastTakeIsTheOneThatCameLastWhateverItsDate() throws {
    let other = try bench.project("other")
    let music = try bench.music(takes: 3)
    // Given files of the years 2255, 2026 and 1970, that came in this order
    for (name, seconds) in [("0", 9e9), ("1", 1.79e9), ("2", 0)] {
      let path = "\(music)/\(name).mid"
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
      _ = try other.importFiles(at: [path]) { _ in true }
    }
    #expect(try other.summary(of: .last).number == 3)
    #expect(try other.summary(of: .last, forPrimer: true).number == 3)
    #expect(try other.primer(named: "last").take == 3)
    #expect(try other.judge([.last], .discard).verdicts.map(\.take) == [3])
    #expect(try other.takes(matching: TakeFilter()).takes.map(\.number) == [3, 2, 1])
    // And the chart of a day in 2026 says what it cannot show
    let chart = try other.practiceChart(until: Date(timeIntervalSince1970: 1.79e9 + 3600))
    #expect(chart.days.last?.name.hasPrefix("2026-09") == true)
    #expect(chart.days.filter { $0.minutes > 0 }.count == 1)
    #expect(chart.futureMinutes > 0 && chart.earlierMinutes > 0)
    #expect(chart.picture.description.contains("dated in the future"))
  }
}
