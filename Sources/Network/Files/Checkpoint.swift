internal import Disk
public import Foundation

/// A network's weights in a safetensors file, with PyTorch's tensor names and gate order.
public struct Checkpoint: Sendable {
  /// The number format of a file.
  public enum Element: Sendable {
    /// 32 bits: exact.
    case float32
    /// 16 bits with 11 of significand: half the size.
    case float16
    /// 16 bits with 8 of significand and the exponent range of 32.
    case bfloat16

    fileprivate var stored: SafeTensors.Element {
      switch self {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      }
    }
  }

  /// The weights.
  public var weights: Weights

  /// The file's `__metadata__`.
  public var metadata: [String: String]

  /// Reads weights; the network's sizes are taken from the tensors' shapes.
  ///
  /// The linear layer may be called `head` or `linear`.
  ///
  /// - Throws: ``CheckpointError`` when the file cannot be read, is damaged, or holds another network.
  public static func read(from file: URL) throws -> Checkpoint {
    let path = file.path(percentEncoded: false)
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw CheckpointError.unreadable(path: path, cause: DiskError.cause(of: error))
    }
    return try read(data, path: path)
  }

  static func read(_ data: Data, path: String) throws -> Checkpoint {
    let container = try SafeTensors.read(data, path: path)
    var tensors: [String: SafeTensors.Tensor] = [:]
    for tensor in container.tensors {
      let name =
        tensor.name.hasPrefix("linear.")
        ? "head." + tensor.name.dropFirst("linear.".count) : tensor.name
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw CheckpointError.unfitting(path: path, cause: "it has \(name.prefix(60)) twice")
      }
    }
    guard let embedding = tensors["embedding.weight"]?.shape, embedding.count == 2,
      let recurrent = tensors["lstm.weight_hh_l0"]?.shape, recurrent.count == 2
    else {
      throw CheckpointError.unfitting(
        path: path, cause: "it has no embedding.weight or no lstm.weight_hh_l0")
    }
    let layers = tensors.keys.count { $0.hasPrefix("lstm.weight_hh_l") }
    // An empty tensor may claim any size; check sizes before multiplying them, which could overflow.
    guard embedding.min() ?? 0 > 0, recurrent[1] > 0, recurrent[0] % 4 == 0,
      recurrent[0] / 4 == recurrent[1]
    else {
      throw CheckpointError.unfitting(path: path, cause: "its sizes are not a network's")
    }
    let context = tensors["context.embedding.weight"]?.shape.first ?? 0
    let filters = tensors["context.filters.bias"]?.shape.first ?? 0
    guard 0...65_535 ~= context, 0...65_535 ~= filters else {
      throw CheckpointError.unfitting(path: path, cause: "its sizes are not a network's")
    }
    let shape = NetworkShape(
      vocabulary: embedding[0], embedding: embedding[1], hidden: recurrent[1], layers: layers,
      context: context, filters: filters)
    let known = Set(shape.tensors.map(\.name))
    if let other = tensors.keys.filter({ !known.contains($0) }).min() {
      throw CheckpointError.unfitting(
        path: path, cause: "it has tensors that the network has not: \(other.prefix(60))")
    }
    var values: [Float] = []
    for (name, size) in shape.tensors {
      guard let tensor = tensors[name] else {
        throw CheckpointError.unfitting(path: path, cause: "\(name) is missing")
      }
      guard tensor.shape == size else {
        throw CheckpointError.unfitting(
          path: path, cause: "\(name) is \(tensor.shape), the network needs \(size)")
      }
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw CheckpointError.unfitting(
          path: path, cause: "\(name) holds values that are not numbers")
      }
      values += tensor.values
    }
    return Checkpoint(
      weights: Weights(shape: shape, values: values), metadata: container.metadata)
  }

  /// Writes weights atomically: an older file at `file` is replaced whole or not at all.
  ///
  /// - Throws: `DiskError`; an older file is unchanged then.
  public static func write(
    _ weights: Weights, to file: URL, as element: Element, metadata: [String: String] = [:]
  ) throws {
    let container = SafeTensors(
      tensors: weights.shape.tensors.map {
        SafeTensors.Tensor(name: $0.name, shape: $0.shape, values: weights[$0.name] ?? [])
      }, metadata: metadata)
    try Draft.write(try container.bytes(as: element.stored), to: file)
  }
}
