import Disk
import Foundation
import Testing

@testable import Network

@Suite struct CheckpointTests {
  private let shape = NetworkShape(vocabulary: 5, embedding: 3, hidden: 4, layers: 2)

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.safetensors")
    let weights = Weights(shape: shape, seed: 1)
    try Checkpoint.write(weights, to: file, as: .float32, metadata: ["round": "7"])
    let read = try Checkpoint.read(from: file)
    #expect(read.weights == weights)
    #expect(read.metadata == ["round": "7"])
    for (element, precision) in [(Checkpoint.Element.float16, Float(0x1p-11)), (.bfloat16, 0x1p-8)]
    {
      try Checkpoint.write(weights, to: file, as: element)
      let rounded = try Checkpoint.read(from: file).weights
      #expect(rounded != weights)
      for (one, other) in zip(rounded.values, weights.values) {
        #expect(abs(one - other) <= precision * abs(other) + 1e-7)
      }
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path()) == ["a.safetensors"])
  }

  @Test func whatANetworkIsToldIsWrittenToo() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.safetensors")
    let weights = Weights.withContext(
      NetworkShape(vocabulary: 7, embedding: 3, hidden: 4, layers: 2), seed: 1)
    try Checkpoint.write(weights, to: file, as: .float32)
    #expect(try Checkpoint.read(from: file).weights == weights)
    #expect(
      weights.names.suffix(3) == [
        "context.embedding.weight", "context.filters.weight", "context.filters.bias",
      ])
  }

  @Test func namesAreThose() {
    #expect(
      Weights(shape: NetworkShape(vocabulary: 2, embedding: 1, hidden: 1, layers: 1), seed: 1).names
        == [
          "embedding.weight", "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0",
          "lstm.bias_hh_l0", "head.weight", "head.bias",
        ])
  }

  @Test func newWeightsAreSpreadAsPyTorchSpreadsThem() throws {
    let shape = NetworkShape(vocabulary: 40, embedding: 16, hidden: 25, layers: 1)
    let weights = Weights(shape: shape, seed: 8)
    #expect(weights == Weights(shape: shape, seed: 8))
    #expect(weights != Weights(shape: shape, seed: 9))
    let recurrent = try #require(weights["lstm.weight_hh_l0"])
    #expect(recurrent.allSatisfy { abs($0) <= 0.2 })
    #expect(recurrent.contains { $0 > 0.19 } && recurrent.contains { $0 < -0.19 })
    let bias = try #require(weights["lstm.bias_ih_l0"])
    #expect(bias[25..<50].allSatisfy { $0 >= 0.8 && $0 <= 1.2 })
    let embedding = try #require(weights["embedding.weight"])
    let square = embedding.reduce(0) { $0 + $1 * $1 } / Float(embedding.count)
    #expect(abs(square - 1) < 0.2)
  }

  /// The sentence about a file that lacks or changes tensors.
  private func message(_ change: (inout SafeTensors) -> Void) throws -> String {
    let weights = Weights(shape: shape, seed: 1)
    var container = SafeTensors(
      tensors: shape.tensors.map {
        .init(name: $0.name, shape: $0.shape, values: weights[$0.name] ?? [])
      },
      metadata: [:])
    change(&container)
    do {
      _ = try Checkpoint.read(try container.bytes(as: .float32), path: "a")
      return "read"
    } catch {
      return String(describing: error)
    }
  }

  @Test func otherNetworksAreRefusedInASentence() throws {
    #expect(try message { _ in } == "read")
    #expect(
      try message { $0.tensors.removeAll { $0.name == "lstm.bias_hh_l1" } }
        == "cannot use the weights in a: lstm.bias_hh_l1 is missing")
    #expect(
      try message { $0.tensors.removeFirst() }
        == "cannot use the weights in a: it has no embedding.weight or no lstm.weight_hh_l0")
    #expect(
      try message { $0.tensors.append(.init(name: "attention.weight", shape: [1], values: [1])) }
        == "cannot use the weights in a: it has tensors that the network has not: attention.weight")
    #expect(
      try message { $0.tensors[1].shape.reverse() }
        == "cannot use the weights in a: lstm.weight_ih_l0 is [3, 16], the network needs [16, 3]")
    #expect(
      try message { $0.tensors[1].values[4] = .nan }
        == "cannot use the weights in a: lstm.weight_ih_l0 holds values that are not numbers")
  }

  @Test func aMissingFileIsNamed() throws {
    let file = URL(filePath: "/nowhere/a.safetensors")
    let reading = #expect(throws: CheckpointError.self) { try Checkpoint.read(from: file) }
    #expect(
      reading.map(String.init(describing:))
        == "cannot read weights from /nowhere/a.safetensors: the file or its folder is not there")
    let writing = #expect(throws: DiskError.self) {
      try Checkpoint.write(Weights(shape: shape, seed: 1), to: file, as: .float32)
    }
    #expect(
      writing.map(String.init(describing:))?.hasPrefix("cannot write /nowhere/a.safetensors: ")
        == true)
  }
}
