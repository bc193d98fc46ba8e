import Foundation
import Library
import Player
import Testing

@testable import Network
@testable import Rounds
@testable import Workbench

/// A project that version 0.1 made, opened for ever: a made-up pianist's twelve takes, and a round of two
/// passes in 32 bits on a very small base.
@Suite struct OldProjectTests {
  private let folder: URL
  private let project: Project

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "woodshed-\(UUID())")
    try FileManager.default.copyItem(
      at: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/project-0.1"), to: folder)
    project = try Project(folder: folder)
  }

  @Test func itsRecordsAreRead() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try project.takes(matching: TakeFilter()).total == 12)
    let rounds = try project.rounds()
    #expect(rounds.current == 1 && rounds.rounds.count == 1)
    #expect(rounds.rounds[0].heldOut?.text == "5.176 ± 0.023")
    let shown = try project.show(round: 1)
    #expect(shown.numbers?.isComplete == true)
    #expect(shown.takes.count { $0.weight == 1 } + shown.takes.count { $0.weight == 0 } == 12)
    #expect(try Project.examine(folder).open.isEmpty)
  }

  /// The record makes the weights that it made then: the same bytes on a processor that rounds as that one
  /// did, and within the last bits of 16 on any.
  @Test func itsRoundIsMadeAgainByItsRecord() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let record = try #require(try project.library.round(number: 1))
    let made = try project.trainedAgain(record) { _ in true }.result.training.best
    let recorded = try Model.weights(from: project.resolve(.round(1)).file)
    #expect(made.shape == recorded.shape)
    let differences = zip(made.values, recorded.values).map { abs($0 - $1) / max(1, abs($1)) }
    #expect(differences.max() ?? 1 < 0.0006)
    // Far nearer than training has led away from the base.
    let base = try Model.weights(from: project.resolve(.base).file)
    #expect(zip(base.values, recorded.values).map { abs($0 - $1) }.max() ?? 0 > 0.006)
  }

  @Test func itsModelsPlayAndTheTakesSayByWhichWeights() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "models/base.safetensors").path()
    for model in [ModelName.base, .current, .round(1), .file(file)] {
      var request = GenerateRequest()
      request.takes.count = 1
      request.takes.seconds = 1
      request.model = model
      let take = try project.generate(request) { _ in true }.takes[0].number
      let digest = try project.resolve(model).digest()
      #expect(digest.count == 64)
      #expect(try project.library.take(take)?.generation?.modelDigest == digest)
      #expect(try project.show(.number(take)).line.made?.weights == digest)
    }
    #expect(try project.resolve(.base).digest() != project.resolve(.current).digest())
    #expect(try project.resolve(.current) == project.resolve(.round(1)))
  }
}
