import Disk
import Foundation
import Network
import Performance
import Testing

@testable import Player

/// Weights as older versions wrote them, opened for ever; none is ever written again.
///
/// The fixture of a new form is made by
/// `WOODSHED_WRITE_FIXTURE=plain swift test --filter ModelFixtureTests/writesAFixture`.
@Suite struct ModelFixtureTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  private static func file(_ form: String) -> URL {
    fixtures.appending(path: "model-\(form).safetensors")
  }

  /// A scale: velocity bin 16, and each key for 200 ms.
  private static let tokens: [UInt16] = [371] + (60...72).flatMap { [$0, 275, 128 + $0] }

  /// - Parameter nats: What the model said of the scale when it was written.
  @Test(arguments: [("plain", 233.803), ("hearing-1", 210.720)])
  func anOldModelPredictsWhatItDid(form: String, nats: Double) throws {
    let model = try Model(file: Self.file(form), precision: .float32)
    #expect(model.weights.shape.form.rawValue == form)
    let score = try Evaluator(weights: model.weights, precision: .float32)
      .score([model.form.sequence(Self.tokens)])
    #expect(score[0].events == Self.tokens.count - 1)
    #expect(abs(score[0].nats - nats) < 0.01, "\(score[0].nats)")
  }

  @Test func aNewerFormIsASentence() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let weights = try Checkpoint.read(from: Self.file("plain")).weights
    try Checkpoint.write(weights, to: file, as: .float16, metadata: [Form.key: "hearing-2"])
    #expect(
      throws: CheckpointError.unfitting(
        path: file.path(),
        cause: "its network is of the form hearing-2, which this woodshed does not know; update "
          + "woodshed")
    ) { try Model.weights(from: file) }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"] != nil))
  func writesAFixture() throws {
    let form = try #require(ProcessInfo.processInfo.environment["WOODSHED_WRITE_FIXTURE"])
    try #require(!FileManager.default.fileExists(atPath: Self.file(form).path()))
    let hasContext = form != Form.plain.rawValue
    let shape = NetworkShape(
      vocabulary: 388, embedding: 4, hidden: 4, layers: 2,
      context: hasContext ? PerformanceContext.count : 0,
      filters: hasContext ? PerformanceContext.filters : 0)
    try Checkpoint.write(
      Weights(shape: shape, seed: 1), to: Self.file(form), as: .float16,
      metadata: [
        "woodshed.round": "1", "woodshed.base": "tiny", Form.key: shape.form.rawValue,
      ])
  }
}
