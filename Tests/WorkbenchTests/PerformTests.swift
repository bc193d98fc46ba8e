import Disk
import Foundation
import Library
import MIDI
import Player
import Testing

@testable import Workbench

/// Readings of scores in a project.
@Suite struct PerformTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private func score(_ notes: [(seconds: Double, pitch: UInt8)]) throws -> String {
    let file = bench.folder.appending(path: "score.mid")
    let notes = notes.map { note in
      let start = Int64(note.seconds * 1e9)
      return Note(pitch: note.pitch, velocity: 64, start: start, end: start + 400_000_000)
    }
    try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes))).write(to: file)
    return file.plainPath
  }

  private func request(_ score: String) -> PerformRequest {
    var request = PerformRequest(of: score)
    (request.count, request.streams, request.seed, request.model) = (2, 4, 5, .base)
    return request
  }

  @Test func readingsAreTakesThatSayHowTheyWereMade() throws {
    let project = try bench.project()
    let path = try score([(0, 60), (0.5, 64), (1, 67), (1, 72)])
    let report = try project.perform(request(path)) { _ in true }
    #expect(report.takes.map(\.notes) == [4, 4])
    let take = try #require(try project.library.take(report.takes[1].number))
    let generation = try #require(take.generation)
    #expect(take.origin == .generated && generation.sourceTake == nil)
    let recipeText = try #require(generation.recipe)
    let recipe = try #require(Recipe(recipeText))
    guard case .scoreReadings(let kept) = recipe.request else {
      Issue.record("\(recipe.request)")
      return
    }
    #expect(kept.score == path && kept.seed == 5 && kept.model == .base)
    #expect(recipe.digests["score"] == (try Digest.sha256(ofFileAt: URL(filePath: path))))
    // The same request plays the same.
    let again = try project.perform(kept) { _ in true }
    #expect(
      try project.library.notes(of: again.takes[1].number)
        == project.library.notes(of: report.takes[1].number))
  }

  @Test func aTakeIsAScoreAndTheSourceOfItsReadings() throws {
    let project = try bench.project()
    #expect(try project.importFiles(at: [score([(0, 60), (0.7, 62)])]) { _ in true }.added == 1)
    let report = try project.perform(request("last")) { _ in true }
    let take = try #require(try project.library.take(report.takes[0].number))
    #expect(take.generation?.sourceTake == 1)
    #expect(try project.library.notes(of: take.number).map(\.start) == [0, 700_000_000])
    var wrong = request("1")
    wrong.tempo = 96
    #expect(throws: WorkbenchError.noTempo(of: "1")) { try project.perform(wrong) { _ in true } }
  }

  @Test func aHeldOutTakeIsNotPlayed() throws {
    let project = try bench.project()
    _ = try project.importFiles(at: [score([(0, 60), (0.7, 62)])], heldOut: true) { _ in true }
    #expect(throws: WorkbenchError.heldOutSource(number: 1, purpose: "perform")) {
      try project.perform(request("1")) { _ in true }
    }
  }

  @Test func whatIsNoScoreIsASentence() throws {
    let project = try bench.project()
    let words = bench.folder.appending(path: "words.mid")
    try Data("words".utf8).write(to: words)
    for (path, cause) in [
      (words.plainPath, "it is not a MIDI file: there is no MThd in it"),
      (bench.folder.appending(path: "nope.mid").plainPath, "the file or its folder is not there"),
      (try score([]), "it holds no notes"),
    ] {
      let error = #expect(throws: WorkbenchError.self) {
        try project.perform(request(path)) { _ in true }
      }
      #expect(error?.description == "cannot perform \(path): \(cause)")
    }
    #expect(try project.library.takes().isEmpty)
  }

  @Test func beforeAndAfterAreOnOnePage() throws {
    let project = try bench.project()
    var request = BeforeAfterRequest(of: try score([(0, 60), (0.5, 64)]))
    (request.reading.seed, request.reading.streams) = (3, 4)
    let report = try project.beforeAfter(request) { _ in true }
    #expect(report.versions == ["as written", "the base"])
    #expect(
      report.remarks.first
        == "there is no round yet, so that the page has two versions and not three")
    let page = try String(contentsOfFile: report.path, encoding: .utf8)
    #expect(page.contains("<h2>As written</h2>") && page.contains("<h2>By the base</h2>"))
    #expect(page.components(separatedBy: "<svg").count == 3 && !page.contains("<script"))
    #expect(try project.library.takes().isEmpty)
  }
}
