import Disk
import Foundation
import Library
import MIDI
import Performance
import Testing

@testable import Workbench

@Suite struct ImportTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  @Test func filesBecomeTakesAndTheSameFileAddsNothing() throws {
    let project = try bench.project()
    let music = try bench.music(takes: 3)
    let first = try project.importFiles(at: [music]) { _ in true }
    #expect(first.added == 3)
    #expect(first.files.map(\.takes) == [[1], [2], [3]])
    let again = try project.importFiles(at: [music]) { _ in true }
    #expect(again.added == 0)
    #expect(again.alreadyThere == 3)
    #expect(again.files.map(\.sameAs) == [1, 2, 3])
    #expect(try project.takes(matching: TakeFilter()).total == 3)
  }

  @Test func aFileThatGivesNothingSaysWhyAndTheRestComesIn() throws {
    let project = try bench.project()
    let music = URL(filePath: try bench.music(takes: 1))
    try Data().write(to: music.appending(path: "empty.mid"))
    try Data("<html>".utf8).write(to: music.appending(path: "page.MID"))
    try Data(StandardMIDIFile.bytes(of: [])).write(to: music.appending(path: "silent.midi"))
    try Data("not music".utf8).write(to: music.appending(path: "notes.txt"))
    let report = try project.importFiles(at: [music.plainPath, "/nowhere.mid"]) { _ in true }
    #expect(report.added == 1)
    #expect(
      report.files.map(\.reason) == [
        nil, "it is empty", "it is not a MIDI file: there is no MThd in it",
        "it holds no piano notes", report.files[4].reason,
      ])
    #expect(report.files[4].reason?.hasPrefix("cannot read /nowhere.mid") == true)
  }

  @Test func drumsAreLeftOutAndSaidSo() throws {
    let project = try bench.project()
    let file = bench.folder.appending(path: "band.mid")
    let events = [
      MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 80)),
      MIDIEvent(nanoseconds: 0, message: .noteOn(channel: 9, pitch: 36, velocity: 80)),
      MIDIEvent(nanoseconds: 500_000_000, message: .noteOff(channel: 9, pitch: 36)),
      MIDIEvent(nanoseconds: 500_000_000, message: .noteOff(pitch: 60)),
    ]
    try Data(StandardMIDIFile.bytes(of: events)).write(to: file)
    let report = try project.importFiles(at: [file.plainPath]) { _ in true }
    #expect(report.notes == 1)
    #expect(report.files[0].remarks == ["1 note of channel 10 (drums) left out"])
    // The library keeps what was left out of the notes.
    #expect(try project.library.events(of: 1) == events)
  }

  @Test func aStopKeepsWhatIsInAndSaysSo() throws {
    let project = try bench.project()
    let report = try project.importFiles(at: [bench.music(takes: 70, seconds: 1)]) { _ in false }
    #expect(report.stopped)
    #expect(report.added == 64)
    #expect(try project.takes(matching: TakeFilter()).total == 64)
  }

  @Test func whatIsExportedReadsBackTheSame() throws {
    let project = try bench.projectWithMusic(takes: 2)
    let before = try project.library.events(of: 1)
    let out = bench.folder.appending(path: "out").plainPath
    let report = try project.export([.number(1), .last, .last], origin: nil, to: out)
    #expect(report.files.map(\.take) == [1, 2])
    let file = try StandardMIDIFile(
      bytes: MusicFile.bytes(of: URL(filePath: report.files[0].path)))
    #expect(file.warnings.isEmpty)
    #expect(file.takes[0].events == before)
    #expect(throws: WorkbenchError.noSuchTake(number: 9)) {
      try project.export([.number(9)], origin: nil, to: out)
    }
  }
}
