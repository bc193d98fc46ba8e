import Foundation
import MIDI
import Testing

@testable import Performance

@Suite final class MusicFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "music-\(UUID().uuidString)", directoryHint: .isDirectory)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ bytes: [UInt8] = []) throws -> URL {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url
  }

  /// Format 2: three pieces, of which the second has drums only and the third a pedal.
  static let pieces: [UInt8] = [
    0x4D, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 2, 0, 3, 0x01, 0xF4,  // a tick is a millisecond
    0x4D, 0x54, 0x72, 0x6B, 0, 0, 0, 0x0D,
    0, 0x90, 60, 64, 0x83, 0x74, 0x80, 60, 64, 0, 0xFF, 0x2F, 0,  // 0 to 500 ms
    0x4D, 0x54, 0x72, 0x6B, 0, 0, 0, 0x0C,
    0, 0x99, 36, 64, 100, 0x89, 36, 64, 0, 0xFF, 0x2F, 0,
    0x4D, 0x54, 0x72, 0x6B, 0, 0, 0, 0x19,
    100, 0xB0, 64, 127, 0, 0x90, 62, 64, 100, 0x80, 62, 64,  // 100 to 200 ms
    0x83, 0x74, 0xB0, 64, 0, 10, 0x90, 64, 64, 0, 0xFF, 0x2F, 0,  // up at 700 ms; never let go
  ]

  // MARK: - What was read

  @Test func performancesAreTheTakesWithNotesAndKnowTheirTrack() {
    let file = MusicFile(Self.pieces, of: folder)
    #expect(file.performances.map(\.track) == [0, 2])
    #expect(file.performances[0].reading.notes == [note(0, 500, 60)])
    #expect(file.performances[0].events.count == 2)
    #expect(file.performances[1].reading.notes == [note(100, 200, 62), note(710, 710, 64)])
    #expect(file.performances[1].soundingNotes == [note(100, 700, 62), note(710, 710, 64)])
    #expect(file.performances[1].reading.pedalNanoseconds == 600_000_000)
    #expect(file.performances.map(\.soundingNotes.seconds) == [0.5, 0.61])
    #expect(file.reason == nil)
    #expect([Note]().seconds == 0)
  }

  @Test func remarksAreOfTheFileAndThenOfItsTakes() {
    #expect(
      MusicFile([0, 0] + Self.pieces, of: folder).remarks == [
        "2 bytes before its header were passed over",
        "1 note of channel 10 (drums) left out",
        "1 note never let go, ended with the last event",
      ])
  }

  @Test func theOnlyTakeOfAFileHasNoTrack() throws {
    let events = MIDIEvent.events(of: [note(0, 500, 60), note(500, 900, 64)])
    let file = MusicFile(at: try file("one.mid", StandardMIDIFile.bytes(of: events)))
    #expect(file.performances.map(\.track) == [nil])
    #expect(file.performances.map(\.events) == [events])
    #expect(file.remarks.isEmpty && file.reason == nil)
    #expect(file.url.lastPathComponent == "one.mid")
  }

  // MARK: - What gives nothing

  @Test func aFileThatGivesNothingSaysWhy() throws {
    let silent = MusicFile(at: try file("silent.mid", StandardMIDIFile.bytes(of: [])))
    #expect(silent.reason == "it holds no piano notes")
    #expect(silent.performances.isEmpty)
    #expect(MusicFile(at: try file("empty.mid")).reason == "it is empty")
    #expect(
      MusicFile(at: try file("page.mid", Array("<html>".utf8))).reason
        == "it is not a MIDI file: there is no MThd in it")
    // Drums alone: what was left out is said beside the reason.
    let events = [MIDIEvent(nanoseconds: 0, message: .noteOn(channel: 9, pitch: 36, velocity: 80))]
    let drums = MusicFile(StandardMIDIFile.bytes(of: events), of: folder)
    #expect(drums.reason == "it holds no piano notes")
    #expect(drums.remarks == ["1 note of channel 10 (drums) left out"])
  }

  @Test func aFileThatCannotBeReadSaysWhyWithItsPath() {
    let path = folder.path(percentEncoded: false) + "nowhere to find.mid"
    let error = MusicFileError.unreadable(path: path, cause: "No such file or directory")
    #expect("\(error)" == "cannot read \(path): No such file or directory")
    #expect(throws: error) { try MusicFile.bytes(of: URL(filePath: path)) }
    #expect(MusicFile(at: URL(filePath: path)).reason == "\(error)")
    // A folder's path is said without its last slash.
    let sentence = MusicFile(at: folder).reason
    #expect(
      sentence == "cannot read \(folder.path(percentEncoded: false).dropLast()): Is a directory")
  }

  // MARK: - What is found

  @Test func foldersAreSearchedToTheBottom() throws {
    for name in ["b.mid", "a.MIDI", "c/d.rmi", "c/.hidden.mid", "notes.txt", "mid"] {
      _ = try file(name)
    }
    let single = try file("c/e.txt")
    let root = folder.path(percentEncoded: false)
    let found = MusicFiles.find(at: [single.path(), root, root + "nowhere.mid"])
    #expect(
      found.map { $0.path(percentEncoded: false).dropFirst(root.count) }
        == ["c/e.txt", "a.MIDI", "b.mid", "c/d.rmi", "nowhere.mid"])
  }
}
