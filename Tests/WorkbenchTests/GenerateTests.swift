import Disk
import Foundation
import Library
import MIDI
import Player
import Testing

@testable import Rounds
@testable import Workbench

/// What a model plays into the library.
@Suite struct GenerateTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private func request() -> GenerateRequest {
    var request = GenerateRequest()
    (request.takes.count, request.takes.seconds) = (24, 1)
    request.seed = 5
    request.model = .base
    return request
  }

  /// Behind a primer, one take in some hundreds waits for the second that it has.
  @Test func noEmptyTakeIsStoredAndTheOthersAreAsTheyWere() throws {
    let project = try bench.project()
    var request = request()
    request.takes.count = 128
    let after = try bench.music(takes: 1) + "/0.mid"
    request.after = after
    let weights = try Model.weights(from: project.models.base)
    let primer = try project.primer(named: after).tokens
    func played(_ seed: UInt64) throws -> [GeneratedTake] {
      try TakeStreams(
        by: weights, request.takes, after: primer,
        constraints: [KeyRange(after: primer, played: try project.library.playedKeys())], seed: seed
      ).generate { _ in true }
    }
    let seed = try #require(
      try (1...50).first { try played($0).contains(where: \.notes.isEmpty) })
    let once = try played(seed)
    let empty = once.indices.filter { once[$0].notes.isEmpty }
    request.seed = seed
    let numbers = try project.generate(request) { _ in true }.takes.map(\.number)
    #expect(numbers.count == 128)
    let takes = try numbers.map { try #require(try project.library.take($0)) }
    #expect(takes.allSatisfy { $0.noteCount > 0 })
    let streams = takes.compactMap(\.generation?.stream)
    #expect(Set(streams).count == 128)
    for index in once.indices where !empty.contains(index) {
      #expect(streams[index] == index)
      #expect(try project.library.notes(of: numbers[index]) == once[index].notes)
    }
    // The next streams of the same seed, and again the same.
    #expect(empty.allSatisfy { streams[$0] >= 128 })
    let again = try project.generate(request) { _ in true }.takes.map(\.number)
    for (first, second) in zip(numbers, again) {
      #expect(try project.library.notes(of: first) == project.library.notes(of: second))
    }
  }

  @Test func aStopBeforeTheFirstNoteStoresNothing() throws {
    let project = try bench.project()
    var request = request()
    request.takes.count = 1
    // Of an event each: without a note there is nothing to store.
    let outcome = Result { try project.generate(request) { _ in false } }
    switch outcome {
    case .success(let report): #expect(report.takes.allSatisfy { $0.notes > 0 })
    case .failure(let error):
      #expect(error as? WorkbenchError == .stopped(doing: "generate"))
      #expect(try project.library.takes().isEmpty)
    }
  }

  @Test func aModelThatIsNotThereIsSaidToBe() throws {
    let project = try bench.project()
    var request = request()
    for (path, cause) in [
      (bench.folder.plainPath + "/nope.safetensors", "the file or its folder is not there"),
      (bench.folder.plainPath, "it is a folder"),
    ] {
      request.model = .file(path)
      let error = #expect(throws: LibraryError.self) { try project.generate(request) { _ in true } }
      #expect(error == .unreadableFile(path: path, cause: cause))
    }
  }

  @Test func aFolderIsNoFileToGoOnFrom() throws {
    let project = try bench.project()
    let folder = try bench.music(takes: 2)
    let fault = WorkbenchError.noMusic(path: folder, cause: "it is a folder")
    #expect(throws: fault) { try project.primer(named: folder) }
    #expect(throws: fault) { try TokenListing(ofFileAt: folder) }
  }
}
