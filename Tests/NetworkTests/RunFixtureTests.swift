import Foundation
import Testing

@testable import Network

/// Training states as older versions wrote them, gone on with for ever; none is ever written again.
///
/// The fixture of a new version is made by
/// `WOODSHED_WRITE_FIXTURE=3 swift test --filter RunFixtureTests/writesAFixture`.
@Suite struct RunFixtureTests {
  private static func file(_ version: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/version-\(version).run")
  }

  private let corpus = WrittenCorpus(
    sequences: [40, 23, 61, 12].map { count in (0..<count).map { UInt16($0 * $0 % 7) } },
    weights: [1, 0.5, 1, 1])
  private let heldOut = [TokenSequence((0..<50).map { UInt16(($0 + 1) * ($0 + 1) % 7) })]

  private var options: TrainingOptions {
    var options = TrainingOptions()
    (options.lanes, options.steps, options.passes) = (2, 8, 6)
    options.dropout = 0.3
    options.patience = 100
    options.precision = .float32
    return options
  }

  @Test(arguments: ["2", "3"])
  func anOldRunGoesOn(version: String) throws {
    let run = try TrainingRun(
      resuming: Self.file(version), options: options
    ) { _ in (corpus, heldOut) }
    let result = try run.run { _ in true }
    #expect(result.ending == .passes)
    #expect(result.events == 6 * (39 + 22 + 60 + 11))
  }

  @Test(arguments: ["WOODRUN1", "WOODRUN4"])
  func aRunOfAnotherVersionIsASentence(magic: String) throws {
    try expectRefusal(
      of: Data(Array(magic.utf8) + [UInt8](repeating: 0, count: 64)),
      since: "it is no training state of this version")
  }

  @Test func anOldRunThatIsCutShortIsNoticed() throws {
    try expectRefusal(
      of: Data(contentsOf: Self.file("2")).dropLast(4), since: "it is not whole")
  }

  private func expectRefusal(of state: Data, since cause: String) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    try state.write(to: file)
    #expect(
      throws: CheckpointError.otherRun(path: file.path(percentEncoded: false), cause: cause)
    ) {
      try TrainingRun(resuming: file, options: options) { _ in (corpus, heldOut) }
    }
  }

  @Test func aFlippedByteAnywhereIsNoticed() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "run")
    let whole = try Data(contentsOf: Self.file("3"))
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 8)
      try damaged.write(to: file)
      #expect(throws: CheckpointError.self, "byte \(place)") {
        try TrainingRun(resuming: file, options: options) { _ in (corpus, heldOut) }
      }
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"] != nil))
  func writesAFixture() throws {
    let version = try #require(ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"])
    let file = Self.file(version)
    try #require(!FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
    let start = Weights(
      shape: NetworkShape(vocabulary: 11, embedding: 4, hidden: 4, layers: 1), seed: 1)
    let run = try TrainingRun(
      start: start, anchor: start, corpus: corpus, heldOut: heldOut, options: options)
    var updates = 0
    _ = try run.run { _ in
      updates += 1
      return updates < 20
    }
    try run.save(to: file)
  }
}
