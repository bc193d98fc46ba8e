import Foundation
import Glibc
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
    let error = MusicFileError.unreadable(path: path, cause: "the file or its folder is not there")
    #expect("\(error)" == "cannot read \(path): the file or its folder is not there")
    #expect(throws: error) { try MusicFile.bytes(of: URL(filePath: path)) }
    #expect(MusicFile(at: URL(filePath: path)).reason == "\(error)")
    #expect(MusicFile(at: folder).reason == "there is no MIDI file in it")
    #expect(
      MusicFile(at: folder.appending(path: "lat\u{FFFD}.mid")).reason
        == "its name is not UTF-8; rename it")
  }

  /// A pipe is not waited for, and a large file is judged before it is read; neither takes up memory.
  @Test func whatCannotBeMusicIsNotRead() throws {
    let pipe = folder.appending(path: "pipe.mid").path(percentEncoded: false)
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(MusicFile(at: URL(filePath: pipe)).reason == "it is no plain file")
    #expect(MusicFile(at: URL(filePath: "/dev/zero")).reason == "it is no plain file")
    let film = try file("film.mid", Array("RIFF....AVI ".utf8))
    #expect(unsafe truncate(film.path(percentEncoded: false), 1 << 40) == 0)
    #expect(
      MusicFile(at: film).reason
        == "it is not a MIDI file: there is no MThd in its first 64 KB")
    let endless = try file("endless.mid", Self.pieces)
    #expect(unsafe truncate(endless.path(percentEncoded: false), 1_500 << 20) == 0)
    #expect(
      MusicFile(at: endless).reason == "it has 1500 MB, and no playing has more than 32")
    // Up to there a file is read, whatever stands behind the music.
    let padded = try file("padded.mid", Self.pieces)
    #expect(unsafe truncate(padded.path(percentEncoded: false), 1 << 20) == 0)
    #expect(MusicFile(at: padded).performances.count == 2)
  }

  // MARK: - What is found

  @Test func foldersAreSearchedToTheBottom() throws {
    for name in ["b.mid", "a.MIDI", "c/d.rmi", "c/.hidden.mid", "notes.txt", "mid"] {
      _ = try file(name)
    }
    let single = try file("c/e.txt")
    let root = folder.path(percentEncoded: false)
    let found = try MusicFiles.find(at: [single.path(), root, root + "nowhere.mid"])
    #expect(
      found.map { $0.path(percentEncoded: false).dropFirst(root.count) }
        == ["c/e.txt", "a.MIDI", "b.mid", "c/d.rmi", "nowhere.mid"])
    #expect(throws: MusicFileError.emptyPath) { try MusicFiles.find(at: [root, ""]) }
  }

  private func names(_ paths: String...) throws -> [String] {
    let root = folder.path(percentEncoded: false)
    return try MusicFiles.find(at: paths.map { root + $0 }).map {
      String($0.path(percentEncoded: false).dropFirst(root.count))
    }
  }

  @Test func linksAreFollowedAndLeadNowhereTwice() throws {
    for name in ["music/a.mid", "elsewhere/b.mid", "elsewhere/deeper/c.mid"] { _ = try file(name) }
    for (link, target) in [
      ("music/all", "../elsewhere"), ("elsewhere/back", "../music"), ("music/self", "."),
      ("music/x.mid", "../elsewhere/b.mid"), ("link", "elsewhere"), ("music/lost.mid", "nowhere"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: link).path(percentEncoded: false),
        withDestinationPath: target)
    }
    #expect(
      try names("music") == [
        "music/a.mid", "music/all/b.mid", "music/all/deeper/c.mid", "music/lost.mid",
        "music/x.mid",
      ])
    #expect(
      try names("link")
        == [
          "link/back/a.mid", "link/back/lost.mid", "link/back/x.mid",
          "link/b.mid", "link/deeper/c.mid",
        ].sorted())
  }

  @Test func hiddenFoldersArePassedOverUnlessNamed() throws {
    for name in [".Trash-1000/files/a.mid", "b.mid"] { _ = try file(name) }
    #expect(try names("") == ["b.mid"])
    #expect(try names(".Trash-1000") == [".Trash-1000/files/a.mid"])
  }

  /// What gives nothing stays in the list, with its reason; the rest is found.
  @Test func whatGivesNothingIsNamed() throws {
    for name in ["good/a.mid", "good/closed/b.mid", "good/z.mid", "empty/notes.txt"] {
      _ = try file(name)
    }
    let bytes =
      Array((folder.path(percentEncoded: false) + "good/lat").utf8CString.dropLast())
      + [CChar(bitPattern: 0xE9)]
    for ending in [".mid", ".txt"] {
      let made = unsafe open(bytes + ending.utf8CString, O_CREAT | O_WRONLY, 0o600)
      #expect(made >= 0)
      close(made)
    }
    let strange = unsafe mkdir(bytes + [0], 0o700)
    #expect(strange == 0)
    let closed = folder.appending(path: "good/closed")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: closed.path(percentEncoded: false))
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: closed.path(percentEncoded: false))
    }
    // Root reads what is closed.
    let isRoot = geteuid() == 0
    #expect(
      try names("good", "empty") == [
        "good/a.mid", isRoot ? "good/closed/b.mid" : "good/closed", "good/lat\u{FFFD}",
        "good/lat\u{FFFD}.mid", "good/z.mid", "empty",
      ])
    if !isRoot {
      #expect(MusicFile(at: closed).reason?.hasSuffix("is closed to you") == true)
    }
  }

  /// Beyond what a path may hold, 4096 bytes, a folder cannot be looked in: the rest is found.
  @Test func oneFolderTooDeepDoesNotHideTheRest() throws {
    _ = try file("a.mid")
    let name = String(repeating: "d", count: 200)
    var made: [Int32] = [unsafe open(folder.path(percentEncoded: false), O_RDONLY | O_DIRECTORY)]
    for _ in 0..<22 {
      #expect(unsafe mkdirat(made[made.count - 1], name, 0o700) == 0)
      made.append(unsafe openat(made[made.count - 1], name, O_RDONLY | O_DIRECTORY))
    }
    defer {
      for parent in made.dropLast().reversed() {
        _ = unsafe unlinkat(parent, name, AT_REMOVEDIR)
      }
      for descriptor in made { close(descriptor) }
    }
    let found = try names("")
    #expect(found.count == 2 && found[0] == "a.mid" && found[1].hasPrefix(name))
    let reason = MusicFile(at: folder.appending(path: found[1])).reason
    #expect(reason?.hasSuffix(": File name too long") == true)
  }
}
