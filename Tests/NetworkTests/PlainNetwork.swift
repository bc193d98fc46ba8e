import Foundation

@testable import Network

/// The network in plain loops and 64 bits: slow, and easy to see through.
struct PlainNetwork {
  let weights: Weights

  /// Logits `[n, V]` of a sequence from a silent start.
  func logits(_ tokens: [UInt16]) -> [[Double]] {
    let shape = weights.shape
    var h = Array(repeating: Array(repeating: 0.0, count: shape.hidden), count: shape.layers)
    var c = h
    return tokens.map { token in
      let row = Int(token) * shape.embedding
      var x = doubles("embedding.weight")[row..<(row + shape.embedding)].map { $0 }
      for layer in 0..<shape.layers {
        let fromInput = product("lstm.weight_ih_l\(layer)", x)
        let fromState = product("lstm.weight_hh_l\(layer)", h[layer])
        let (bi, bh) = (doubles("lstm.bias_ih_l\(layer)"), doubles("lstm.bias_hh_l\(layer)"))
        let gates = fromInput.indices.map { fromInput[$0] + fromState[$0] + bi[$0] + bh[$0] }
        for unit in 0..<shape.hidden {
          let (i, f) = (logistic(gates[unit]), logistic(gates[shape.hidden + unit]))
          let (g, o) = (
            tanh(gates[2 * shape.hidden + unit]), logistic(gates[3 * shape.hidden + unit])
          )
          c[layer][unit] = f * c[layer][unit] + i * g
          h[layer][unit] = o * tanh(c[layer][unit])
        }
        x = h[layer]
      }
      let bias = doubles("head.bias")
      return product("head.weight", x).enumerated().map { $1 + bias[$0] }
    }
  }

  /// Negative log-likelihood in nats of each event but the first.
  func nll(_ tokens: [UInt16]) -> [Double] {
    zip(logits(tokens.dropLast()), tokens.dropFirst()).map { logits, target in
      let highest = logits.max() ?? 0
      return log(logits.reduce(0) { $0 + exp($1 - highest) }) + highest - logits[Int(target)]
    }
  }

  private func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

  private func doubles(_ name: String) -> [Double] { (weights[name] ?? []).map(Double.init) }

  /// W · x for W `[R, C]`.
  private func product(_ name: String, _ x: [Double]) -> [Double] {
    let matrix = doubles(name)
    return stride(from: 0, to: matrix.count, by: x.count).map { row in
      x.indices.reduce(0) { $0 + matrix[row + $1] * x[$1] }
    }
  }
}
