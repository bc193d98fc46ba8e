import Foundation
import Library
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// `woodshed compare --blind` through a port, heard at its other end.
  @Suite struct Blind {
    @Test func aPairIsHeardInItsOrderAndAgainWhenAsked() async throws {
      let studio = try Studio()
      // The base, and what is left of it when a tenth of its weights are zero.
      let base = studio.folder.appending(path: "Templates/solo-piano/base.safetensors")
      var bytes = Array(try Data(contentsOf: base))
      for index in bytes.count / 2..<bytes.count * 6 / 10 { bytes[index] = 0 }
      let other = try studio.file("other.safetensors", bytes)
      let answers = try studio.file("answers", Array("r\n2\n=\n".utf8))
      let listener = Listener(
        try SequencerInput(.named([PortQuery("Midi Through")]), name: "witness"))
      let session = try studio.start(
        [
          "compare", "base", other, "--blind", "1", "--seconds", "2", "--seed", "3", "--to",
          "Midi Through",
        ], input: answers)
      #expect(session.finish() == 0, "\(session.said)")
      #expect(session.said.contains("pair 1 of 1"))

      let library = try TakeLibrary.open(at: studio.library)
      defer { try? library.close() }
      let models = try [1, 2].map { try #require(try library.take($0)?.generation).model }
      let pair = try #require(try library.blindPairs(of: models[0], and: models[1]).first)
      #expect(pair.moreMe == (pair.first == .a ? .b : .a) && pair.liked == nil)
      let takes = pair.first == .a ? [pair.takeA, pair.takeB] : [pair.takeB, pair.takeA]
      let parts = try takes.map { try library.events(of: $0).map(\.message).filter(\.isNoteOn) }
      #expect(!parts[0].isEmpty && !parts[1].isEmpty && parts[0] != parts[1])
      let heard = try await listener.finish().messages.filter(\.isNoteOn)
      #expect(heard == parts[0] + parts[1] + parts[0] + parts[1])
    }
  }
}
