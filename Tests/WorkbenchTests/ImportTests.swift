import Console
import Disk
import Foundation
import Glibc
import Library
import MIDI
import Performance
import Testing
import Work

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

  /// Notes of a second at these seconds, and a controller long after the last one.
  private func file(_ name: String, notes starts: [Int64]) throws -> String {
    let file = bench.folder.appending(path: name)
    let second: Int64 = 1_000_000_000
    let events = starts.flatMap {
      [
        MIDIEvent(nanoseconds: $0 * second, message: .noteOn(pitch: 60, velocity: 80)),
        MIDIEvent(nanoseconds: ($0 + 1) * second, message: .noteOff(pitch: 60)),
      ]
    }
    let controller = MIDIEvent(
      nanoseconds: 77 * 3600 * second, message: .control(controller: 7, value: 90))
    try Data(StandardMIDIFile.bytes(of: events + [controller])).write(to: file)
    return file.plainPath
  }

  @Test func aLongSilenceEndsATakeAsInARecording() throws {
    let project = try bench.project()
    let path = try file("silence.mid", notes: [0, 2, 3600, 3602])
    let report = try project.importFiles(at: [path]) { _ in true }
    #expect(report.files.map(\.takes) == [[1, 2]])
    #expect(report.files[0].remarks == ["cut into 2 takes where nothing is played for long"])
    #expect((report.added, report.notes, report.seconds) == (2, 4, 6))
    #expect(report.secondsInAll == 6)
    let takes = try project.library.takes().sorted { $0.number < $1.number }
    #expect(takes.map(\.nanoseconds) == [3_000_000_000, 3_000_000_000])
    #expect(takes.map(\.source?.track) == [0, 1])
    #expect(
      try takes.map { try project.library.notes(of: $0.number).map(\.start) }
        == [[0, 2_000_000_000], [0, 2_000_000_000]])
    let again = try project.importFiles(at: [path]) { _ in true }
    #expect(again.alreadyThere == 1 && again.added == 0)
  }

  @Test func aControllerHoursLaterIsNoPlaying() throws {
    let project = try bench.project()
    let report = try project.importFiles(at: [file("trailing.mid", notes: [0])]) { _ in true }
    #expect((report.added, report.secondsInAll) == (1, 1))
    #expect(report.files[0].remarks.isEmpty)
    #expect(try project.library.take(1)?.source?.track == nil)
  }

  /// Of what is imported the same is said twice, by the same measure.
  @Test(arguments: [true, false])
  func whatLastsWithoutMusicIsNotCounted(isPedal: Bool) throws {
    let project = try bench.project()
    let second: Int64 = 1_000_000_000
    var events = [
      MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 80)),
      MIDIEvent(nanoseconds: (isPedal ? 1 : 100) * second, message: .noteOff(pitch: 60)),
    ]
    if isPedal {
      for pump in 1...1020 {
        events.append(
          MIDIEvent(
            nanoseconds: Int64(pump) * second,
            message: .control(controller: 64, value: pump.isMultiple(of: 2) ? 0 : 127)))
      }
    }
    let file = bench.folder.appending(path: "pump.mid")
    try Data(StandardMIDIFile.bytes(of: events)).write(to: file)
    let report = try project.importFiles(at: [file.plainPath]) { _ in true }
    #expect(report.added == 1)
    #expect(report.seconds == (isPedal ? 16 : 100))
    #expect(report.secondsInAll == report.seconds)
    #expect(abs(report.pedalShare - (isPedal ? 0.5 : 0)) < 0.001)
    #expect(
      report.lines.contains { $0.hasPrefix("added \(Readable.words(seconds: report.seconds)) of") })
  }

  @Test func aTakeBeginsWithItsFirstNoteOrPedal() throws {
    let project = try bench.project()
    let second: Int64 = 1_000_000_000
    func take(_ events: [(Int64, MIDIMessage)]) throws -> [MIDIEvent] {
      let file = bench.folder.appending(path: "\(UUID()).mid")
      let events = events.map { MIDIEvent(nanoseconds: $0.0 * second, message: $0.1) }
      try Data(StandardMIDIFile.bytes(of: events)).write(to: file)
      let report = try project.importFiles(at: [file.plainPath]) { _ in true }
      #expect(report.added == 1)
      return try project.library.events(of: try #require(report.files[0].takes.first))
    }
    let program = MIDIMessage.channel(status: 0xC0, data1: 2, data2: 0)
    let pedal = MIDIMessage.control(controller: 64, value: 127)
    let lifted = MIDIMessage.control(controller: 64, value: 0)
    let on = MIDIMessage.noteOn(pitch: 61, velocity: 80)
    #expect(
      try take([(0, program), (1, lifted), (9, on), (11, .noteOff(pitch: 61))]) == [
        MIDIEvent(nanoseconds: 0, message: program), MIDIEvent(nanoseconds: 0, message: on),
        MIDIEvent(nanoseconds: 2 * second, message: .noteOff(pitch: 61)),
      ])
    #expect(try project.library.totals(origin: .played).nanoseconds == 2 * second)
    #expect(
      try take([(3, pedal), (5, on), (6, .noteOff(pitch: 61)), (7, lifted)]) == [
        MIDIEvent(nanoseconds: 0, message: pedal), MIDIEvent(nanoseconds: 2 * second, message: on),
        MIDIEvent(nanoseconds: 3 * second, message: .noteOff(pitch: 61)),
        MIDIEvent(nanoseconds: 4 * second, message: lifted),
      ])
  }

  @Test func whatALinkLeadsToIsWrittenAndAPipeIsNot() throws {
    let project = try bench.projectWithMusic(takes: 1)
    let files = FileManager.default
    let (link, file) = (
      bench.folder.appending(path: "link.mid"), bench.folder.appending(path: "music.mid")
    )
    // A link to a link, which leads nowhere yet.
    let between = bench.folder.appending(path: "between.mid")
    try files.createSymbolicLink(atPath: between.plainPath, withDestinationPath: "music.mid")
    try files.createSymbolicLink(atPath: link.plainPath, withDestinationPath: between.plainPath)
    for _ in 1...2 {
      let report = try project.export(ExportRequest(TakeChoice([.last]), to: link.plainPath))
      #expect(report.files.map(\.path) == [link.plainPath])
      #expect(try files.destinationOfSymbolicLink(atPath: link.plainPath) == between.plainPath)
      #expect(
        try files.attributesOfItem(atPath: file.plainPath)[.type] as? FileAttributeType
          == .typeRegular)
      try Data([1]).write(to: file)
    }
    let pipe = bench.folder.appending(path: "pipe.mid")
    #expect(unsafe mkfifo(pipe.plainPath, 0o600) == 0)
    let fault = DiskError.cannotWrite(path: pipe.plainPath, cause: "it is no plain file")
    #expect(throws: fault) {
      try project.export(ExportRequest(TakeChoice([.last]), to: pipe.plainPath))
    }
    #expect(files.fileExists(atPath: pipe.plainPath))
    #expect(
      throws: DiskError.cannotWrite(
        path: bench.folder.appending(path: "null.svg").plainPath, cause: "it is no plain file")
    ) {
      let null = bench.folder.appending(path: "null.svg")
      try files.createSymbolicLink(atPath: null.plainPath, withDestinationPath: "/dev/null")
      var request = PictureRequest()
      request.to = null.plainPath
      _ = try project.plot(take: .last, request)
    }
  }

  @Test func everyPathThatGivesNothingIsNamed() throws {
    let project = try bench.project()
    let empty = bench.folder.appending(path: "empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    let report = try project.importFiles(
      at: [bench.music(takes: 1), empty.plainPath, "/dev/null"]) { _ in true }
    #expect(report.added == 1)
    #expect(
      report.files.map(\.reason)
        == [nil, "there is no MIDI file in it", "it is no plain file"])
    #expect(throws: MusicFileError.emptyPath) { try project.importFiles(at: [""]) { _ in true } }
    #expect(throws: WrongValue.self) {
      try project.export(ExportRequest(TakeChoice([.last]), to: ""))
    }
    #expect(throws: WrongValue.self) { try project.backUp(to: "") }
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
    let report = try project.export(ExportRequest(TakeChoice([.number(1), .last, .last]), to: out))
    #expect(report.files.map(\.take) == [1, 2])
    let file = try StandardMIDIFile(
      bytes: MusicFile.bytes(of: URL(filePath: report.files[0].path)))
    #expect(file.warnings.isEmpty)
    #expect(file.takes[0].events == before)
    #expect(throws: WorkbenchError.noSuchTake(number: 9)) {
      try project.export(ExportRequest(TakeChoice([.number(9)]), to: out))
    }
  }
}
