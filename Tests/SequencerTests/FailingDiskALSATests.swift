import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// A disk that fails while a musician plays, by `failing_disk.c` of the command's tests.
  @Suite struct FailingDisk {
    private let notes = Playing.notes(2000, distance: 1_000_000)

    /// The changes at which it fails: at the first take, and in the middle.
    @Test(arguments: [30, 61]) func oneFailureIsWaitedOut(change: Int) async throws {
      let studio = try Studio()
      let recording = try studio.start(
        ["record", "Midi Through"], environment: environment(of: studio, at: change, stays: false))
      try await recording.wait(for: "Ctrl-C ends")
      try await SequencerOutput(to: ALSATests.through()).play(notes)
      #expect(recording.end() == 0, "\(recording.said)")
      #expect(try studio.events(of: 1).map(\.message) == notes.map(\.message))
      #expect(try studio.integrity() == "ok")
    }

    @Test func ofADeadDiskAllIsRescuedElsewhere() async throws {
      let studio = try Studio()
      let recording = try studio.start(
        ["record", "Midi Through"], environment: environment(of: studio, at: 61, stays: true))
      try await recording.wait(for: "Ctrl-C ends")
      try await SequencerOutput(to: ALSATests.through()).play(notes)
      try await recording.wait(for: "!! NOT STORED YET, kept in memory: ")
      #expect(recording.end() == 1)
      let match = try #require(
        recording.said.firstMatch(of: #/saved instead: (\S+\.mid)/#), "\(recording.said)")
      let file = URL(filePath: String(match.output.1))
      let rescued = try StandardMIDIFile(bytes: Array(Data(contentsOf: file))).takes[0].events
      #expect(try studio.integrity() == "ok")
      let next = try await studio.record()
      #expect(next.end() == 0)
      let stored = try studio.events(of: 1)
      let heard = notes.count - rescued.count
      #expect((stored.prefix(heard) + rescued).map(\.message) == notes.map(\.message))
      // Finished since, it ends with the release of the key that was held when it broke off.
      #expect(stored.dropFirst(heard).count <= 1)
    }

    private func environment(of studio: Studio, at change: Int, stays: Bool) throws
      -> [String: String]
    {
      let source = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "CommandTests/Faults/failing_disk.c")
      let library = studio.folder.appending(path: "failing_disk.so").path()
      try Tool.run("cc", "-shared", "-fPIC", "-o", library, source.path())
      return [
        "LD_PRELOAD": library, "FAULT_FOLDER": studio.folder.appending(path: "Projects").path(),
        "FAULT_AT": "\(change)", "FAULT_ERRNO": "\(EIO)", "FAULT_STAYS": stays ? "1" : "0",
      ]
    }
  }
}
