import Foundation
import Testing

@testable import Network

/// What `Goldens/make_goldens.py` wrote.
struct Goldens {
  let network: Weights
  private let tensors: [String: [Float]]

  /// - Throws: What reading throws; the goldens lie beside the tests.
  init() throws {
    let folder = try #require(Bundle.module.url(forResource: "Goldens", withExtension: nil))
    network = try Checkpoint.read(from: folder.appending(path: "network.safetensors")).weights
    let file = folder.appending(path: "goldens.safetensors")
    let container = try SafeTensors.read(Data(contentsOf: file), path: file.path())
    tensors = Dictionary(uniqueKeysWithValues: container.tensors.map { ($0.name, $0.values) })
  }

  func callAsFunction(_ name: String) throws -> [Float] {
    try #require(tensors[name], "\(name) is not among the goldens")
  }

  /// A tensor of the network, whose linear layer PyTorch's script calls `linear`.
  func callAsFunction(_ prefix: String, tensor: String) throws -> [Float] {
    try self(prefix + tensor.replacing("head.", with: "linear."))
  }
}

/// The largest difference between two lists, relative to the larger of 1 and the largest value.
func distance(_ one: [Float], _ other: [Float]) -> Float {
  guard one.count == other.count else { return .infinity }
  let scale = other.reduce(Float(1)) { max($0, abs($1)) }
  return zip(one, other).reduce(Float(0)) {
    let difference = abs($1.0 - $1.1) / scale
    return difference.isNaN ? .infinity : max($0, difference)
  }
}

/// A corpus written out.
struct WrittenCorpus: TrainingCorpus {
  var sequences: [[UInt16]]
  var weights: [Float] = []
  /// Whether ``Counting`` tells of them.
  var hasContext = false

  var count: Int { sequences.count }
  func weight(at index: Int) -> Float { weights.isEmpty ? 1 : weights[index] }
  // Each pass reads a little differently, like a transposition.
  func sequence(at index: Int, pass: Int) -> TokenSequence {
    TokenSequence(
      sequences[index].map { ($0 + UInt16(pass)) % 11 }, context: hasContext ? Counting() : nil)
  }
}

/// A folder of its own for a test, removed with it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
