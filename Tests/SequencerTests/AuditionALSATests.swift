import Foundation
import MIDI
import Terminal
import Testing
import Workbench

@testable import Console
@testable import Sequencer

extension ALSATests {
  /// An audition through a port, heard at its other end.
  @Suite struct Auditions {
    @Test func aTakeIsHeardUntilItIsPaused() async throws {
      let studio = try Studio()
      let phrase = Playing.phrase(after: 0)
      try studio.run(
        "import", studio.file("phrase.mid", MillisecondFile.bytes(of: phrase)))
      let project = try Project(folder: studio.folder.appending(path: "Projects/studio"))
      let listener = Listener(
        try SequencerInput(.named([PortQuery("Midi Through")]), name: "witness"))
      var request = AuditionRequest()
      request.takes = [.number(1)]
      request.port = "Midi Through"
      let audition = try await project.audition(request) { _ in true }
      // The third bar's first key, a second after the beginning.
      let root = MIDIMessage.noteOn(pitch: 40 + 14, velocity: 50)
      try await listener.wait { [root] == [$0].messages }
      var dialogue = AuditionDialogue(audition)
      #expect(await dialogue.press(.character(" ")))
      let screen = await dialogue.drawing(on: Page(hasColour: false)).map(\.text)
      #expect(screen.contains { $0.contains("to Midi Through") }, "\(screen)")
      #expect(screen.contains { $0.hasPrefix("⏸ 0:0") }, "\(screen)")
      #expect(await dialogue.press(.character("k")))
      #expect(await audition.finish().kept == 1)

      let heard = try await listener.finish().messages
      let sent = phrase.map(\.message)
      #expect(heard.prefix(20) == sent.prefix(20))
      // What it holds down is let go, and the last bar was not played.
      #expect(heard.contains(.control(controller: 123, value: 0)))
      #expect(!heard.contains(.noteOn(pitch: 40 + 9, velocity: 115)))
    }
  }
}
