import Disk
import Foundation
import MIDI
import Rounds
import Testing

@testable import Workbench

@Suite struct SketchTests {
  @Test func atEachLookTheModelPlaysAndTheRoundStaysTheSame() throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic()
    let plain = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    var request = TuneRequest(settings: Bench.quickSettings)
    request.sketches = true
    let report = try project.tune(request) { _ in true }
    #expect(report.tuned == plain.tuned)

    let folder = project.folder.appending(path: "exports/sketches")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.plainPath)
      .filter { $0.hasSuffix(".mid") }.sorted()
    #expect(names.count == 2 * (report.history?.count ?? 0))
    #expect(names.first == "round-2-look-01-1.mid")
    let first = try Data(contentsOf: folder.appending(path: names[0]))
    let last = try Data(contentsOf: folder.appending(path: names[names.count - 2]))
    #expect(first != last)
    let file = try StandardMIDIFile(bytes: [UInt8](last))
    #expect(file.takes.allSatisfy { !$0.events.isEmpty })
    // Brought in, it is no playing of the musician's.
    #expect(TakeMark(in: file.takes[0].texts)?.origin == .generated)
  }
}
