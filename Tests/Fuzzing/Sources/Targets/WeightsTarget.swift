import Foundation

@testable import Network

/// Files of weights, as safetensors and as a network's.
///
/// Holds that what is read is of the shapes that it says and reads back when it is written.
enum WeightsTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    let file = container(bytes)
    // A number of 16 bits becomes one of 32 twice, and JSON becomes objects.
    bounding(file, perByte: 400) {
      if let tensors = try? SafeTensors.read(Data(file), path: "fuzz") { check(tensors, file) }
      if let checkpoint = try? Checkpoint.read(Data(file), path: "fuzz") { check(checkpoint) }
    }
  }

  private static func check(_ read: SafeTensors, _ file: [UInt8]) {
    for tensor in read.tensors {
      precondition(tensor.values.count == tensor.shape.reduce(1, *))
    }
    precondition(read.tensors.reduce(0) { $0 + $1.values.count } * 2 <= file.count)
    guard let written = try? read.bytes(as: .float32),
      let again = try? SafeTensors.read(written, path: "fuzz")
    else { preconditionFailure("what was written is no container") }
    let isSame = { (one: SafeTensors.Tensor, other: SafeTensors.Tensor) in
      one.name == other.name && one.shape == other.shape
        && one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }
    precondition(again.metadata == read.metadata)
    // Tensors of no numbers lie at one place, and come back in the order of their names.
    let full = [read, again].map { $0.tensors.filter { !$0.values.isEmpty } }
    precondition(zip(full[0], full[1]).allSatisfy(isSame) && full[0].count == full[1].count)
  }

  private static func check(_ checkpoint: Checkpoint) {
    let shape = checkpoint.weights.shape
    precondition(checkpoint.weights.values.count == shape.parameterCount)
    precondition(checkpoint.weights.values.allSatisfy(\.isFinite))
  }
}
