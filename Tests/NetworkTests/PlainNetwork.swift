import Foundation

@testable import Network

/// The network in plain loops and 64 bits: slow, and easy to see through.
struct PlainNetwork {
  let weights: Weights

  /// Logits `[n, V]` of a sequence from a silent start.
  func logits(_ tokens: [UInt16]) -> [[Double]] { run(tokens).map(\.logits) }

  /// The last layer's outputs `[n, H]` from a silent start.
  func outputs(_ tokens: [UInt16]) -> [[Double]] { run(tokens).map(\.output) }

  private func run(_ tokens: [UInt16]) -> [(output: [Double], logits: [Double])] {
    let shape = weights.shape
    var layers = (0..<shape.layers).map { layer in
      PlainLSTM(
        inputWeights: doubles("lstm.weight_ih_l\(layer)"),
        hiddenWeights: doubles("lstm.weight_hh_l\(layer)"),
        bias: sum(doubles("lstm.bias_ih_l\(layer)"), doubles("lstm.bias_hh_l\(layer)")))
    }
    var counting = Counting()
    return tokens.map { token in
      let row = Int(token) * shape.embedding
      var x = doubles("embedding.weight")[row..<(row + shape.embedding)].map { $0 }
      counting.advance(token)
      if shape.context > 0 {
        x = sum(x, product("context.embedding.weight", counting.numbers, transposed: true))
      }
      for layer in layers.indices { x = layers[layer].step(x) }
      let logits = sum(product("head.weight", x), doubles("head.bias"))
      guard shape.filters > 0 else { return (x, logits) }
      let filters = sum(
        product("context.filters.weight", x), doubles("context.filters.bias"))
      return (x, counting.change(logits, filters))
    }
  }

  /// Negative log-likelihood in nats of each event but the first.
  func nll(_ tokens: [UInt16]) -> [Double] {
    zip(logits(tokens.dropLast()), tokens.dropFirst()).map { logits, target in
      let highest = logits.max() ?? 0
      return log(logits.reduce(0) { $0 + exp($1 - highest) }) + highest - logits[Int(target)]
    }
  }

  private func doubles(_ name: String) -> [Double] { (weights[name] ?? []).map(Double.init) }

  private func sum(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }

  /// W · x for W `[R, C]`, or Wᵀ · x.
  private func product(_ name: String, _ x: [Double], transposed: Bool = false) -> [Double] {
    let matrix = doubles(name)
    if transposed {
      let width = matrix.count / x.count
      return (0..<width).map { column in
        x.indices.reduce(0) { $0 + matrix[$1 * width + column] * x[$1] }
      }
    }
    return stride(from: 0, to: matrix.count, by: x.count).map { row in
      x.indices.reduce(0) { $0 + matrix[row + $1] * x[$1] }
    }
  }
}
