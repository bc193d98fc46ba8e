import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// A disk that is full while a musician plays.
  @Suite(.enabled(if: SmallDisk.isPossible, "a small file system can only be mounted as root"))
  struct FullDisk {
    private let notes = Playing.notes(2000, distance: 1_000_000)

    @Test func whatWaitedIsStoredWhenThereIsRoom() async throws {
      let disk = try SmallDisk()
      let studio = try Studio(in: disk.folder)
      let recording = try await studio.record()
      try disk.fill()
      try await SequencerOutput(to: ALSATests.through()).play(notes)
      try await recording.wait(for: "!! NOT STORED YET, kept in memory: ")
      try disk.makeRoom()
      try await recording.wait(for: "stored: the library has everything again")
      #expect(recording.end() == 0)
      #expect(try studio.events(of: 1).map(\.message) == notes.map(\.message))
      #expect(try studio.marks(of: 1) == [])
      #expect(try studio.integrity() == "ok")
    }

    @Test func whatIsNeverStoredIsRescuedElsewhere() async throws {
      let disk = try SmallDisk()
      let studio = try Studio(in: disk.folder.appending(path: "disk"))
      let recording = try await studio.record()
      try await SequencerOutput(to: ALSATests.through()).play(Array(notes.prefix(500)))
      // After half a second they are stored.
      try await Task.sleep(for: .milliseconds(600))
      try disk.fill()
      let rest = notes.dropFirst(500).map {
        MIDIEvent(nanoseconds: $0.nanoseconds - 500_000_000, message: $0.message)
      }
      try await SequencerOutput(to: ALSATests.through()).play(rest)
      try await recording.wait(for: "!! NOT STORED YET, kept in memory: ")
      #expect(recording.end() == 1)
      let match = try #require(
        recording.said.firstMatch(of: #/saved instead: (\S+\.mid)/#), "\(recording.said)")
      let file = URL(filePath: String(match.output.1))
      defer { try? FileManager.default.removeItem(at: file) }
      let rescued = try StandardMIDIFile(bytes: Array(Data(contentsOf: file))).takes[0].events

      try disk.makeRoom()
      let next = try await studio.record()
      #expect(next.said.contains("had broken off: finished"))
      #expect(next.end() == 0)
      let stored = try studio.events(of: 1)
      #expect((stored + rescued).map(\.message) == notes.map(\.message))
      #expect(stored.count >= 500)
      #expect(try studio.integrity() == "ok")
    }
  }
}

/// A file system in memory that holds little.
final class SmallDisk {
  static let isPossible = Bed.isComplete || geteuid() == 0

  let folder = FileManager.default.temporaryDirectory.appending(path: "small-disk-\(UUID())")
  private var filler: URL { folder.appending(path: "filler") }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Tool.run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder.path())
  }

  deinit {
    _ = try? Tool("umount", "-l", folder.path()).finish()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Takes all the room there is.
  func fill() throws {
    try Data().write(to: filler)
    let file = try FileHandle(forWritingTo: filler)
    for size in [1 << 20, 1 << 12] {
      while (try? file.write(contentsOf: Data(count: size))) != nil {}
    }
    try file.close()
  }

  func makeRoom() throws { try FileManager.default.removeItem(at: filler) }
}
