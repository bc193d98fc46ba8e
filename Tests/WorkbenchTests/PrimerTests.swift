import Foundation
import Library
import MIDI
import Testing

@testable import Workbench

@Suite struct PrimerTests {
  @Test func aTakeWithoutNotesIsNoPrimer() throws {
    let bench = try Bench()
    let project = try bench.project()
    let session = try project.library.insert(
      NewSession(kind: .recording, name: "Piano", startedAt: Date()))
    let take = try project.library.beginTake(in: session, startedAt: Date())
    try project.library.append(
      [MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 1))], to: take)
    try project.library.finish(take, notes: [], pedalNanoseconds: 0)
    #expect(
      throws: WorkbenchError.noMusic(path: "take 1", cause: "it holds no notes to go on from")
    ) { try project.primer(named: "1") }
  }
}
