import Disk
import Foundation
import Library
import Network
import Player
import Rounds
import Testing

@testable import Workbench

@Suite struct BaseAdoptionTests {
  private let bench: Bench
  private let file: URL

  init() throws {
    bench = try Bench()
    file = bench.folder.appending(path: "found.safetensors")
  }

  private func write(_ shape: NetworkShape, metadata: [String: String] = [:]) throws {
    try Checkpoint.write(
      Weights(shape: shape, seed: 5), to: file, as: .float32, metadata: metadata)
  }

  private func shape(vocabulary: Int = 388, context: Int = 0, filters: Int = 0) -> NetworkShape {
    NetworkShape(
      vocabulary: vocabulary, embedding: 12, hidden: 24, layers: 1, context: context,
      filters: filters)
  }

  /// Everything in the templates' folder, by name and digest.
  private func contents() throws -> [String: String] {
    let templates = bench.home.templates
    var contents: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: templates.plainPath) {
      let file = templates.appending(path: name)
      contents[name] = file.isFolder ? "folder" : try Digest.sha256(ofFileAt: file)
    }
    return contents
  }

  @Test func aTemplateGetsOtherWeights() throws {
    try write(shape(), metadata: ["events": "7"])
    let report = try bench.home.adoptBase(file.plainPath, asTemplate: "tiny")
    #expect(!report.isNew)
    let template = try bench.home.template(named: "tiny")
    #expect(template.settings.description == "A base that knows nothing.")
    let adopted = try Checkpoint.read(from: template.checkedWeights())
    #expect(adopted.weights.shape == shape())
    #expect(adopted.metadata == ["events": "7", "form": "plain"])
    // 16 bits.
    #expect(report.bytes < 2 * shape().parameterCount + 2048)
    _ = try bench.project()
    // The old weights count until template.toml names the new ones; then they are gone.
    let weights = try contents().keys.filter {
      $0.hasPrefix("tiny/") && $0.hasSuffix(".safetensors")
    }
    #expect(weights == ["tiny/base-\(report.sha256.prefix(8)).safetensors"])
    // The same ones again change nothing.
    let before = try contents()
    _ = try bench.home.adoptBase(file.plainPath, asTemplate: "tiny")
    #expect(try contents() == before)
  }

  @Test func aTemplateIsMade() throws {
    try write(shape())
    #expect(try bench.home.adoptBase(file.plainPath, asTemplate: "my piano").isNew)
    #expect(bench.home.templateNames == ["my piano", "tiny"])
    let project = try Project.make(named: "new", from: "my piano", in: bench.home)
    #expect(try Model.weights(from: project.models.base).shape == shape())
    #expect(
      try contents().keys.filter { $0.hasPrefix("my piano/") }.sorted() == [
        "my piano/MODEL_CARD.md", "my piano/base.safetensors", "my piano/template.toml",
      ])
  }

  @Test func whatDoesNotFitChangesNothing() throws {
    let before = try contents()
    func refusal(_ template: String = "tiny") throws -> String {
      let error = #expect(throws: (any Error).self) {
        try bench.home.adoptBase(file.plainPath, asTemplate: template)
      }
      #expect(try contents() == before)
      return error.map { String(describing: $0) } ?? ""
    }
    let path = file.plainPath
    #expect(
      try refusal()
        == "cannot read weights from \(path): the file or its folder is not there")
    try write(shape(vocabulary: 413))
    #expect(
      try refusal("other")
        == "cannot use the weights in \(path): its network knows 413 events, not 388")
    try write(shape(context: 3, filters: 2), metadata: ["form": "hearing-9"])
    #expect(
      try refusal().hasPrefix(
        "cannot use the weights in \(path): its network needs additional input"))
    try Data("nonsense".utf8).write(to: file)
    #expect(try refusal("other").hasPrefix("cannot read weights from \(path): "))
    // Larger than 16 bits can be.
    var large = Weights(shape: shape(), seed: 1)
    large["head.bias"] = Array(repeating: 1e6, count: 388)
    try Checkpoint.write(large, to: file, as: .float32)
    #expect(try refusal("other").contains("holds values that are not numbers"))
    try write(shape())
    #expect(try refusal("../x").contains("named '../x'"))
  }
}
