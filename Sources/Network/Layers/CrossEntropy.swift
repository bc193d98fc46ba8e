import CSIMD
import Foundation

/// Softmax and cross-entropy in one pass over the logits.
enum CrossEntropy {
  /// The target of padding, which is not counted.
  static let ignored: Int32 = -1

  /// Computes the negative log-likelihood of each row's target in nats; 0 where the target is ignored.
  ///
  /// ```
  /// nll_r = log Σ_v exp(z_rv) − z_r,target        dz_rv = w_r (softmax(z_r)_v − [v = target])
  /// ```
  ///
  /// - Parameters:
  ///   - logits: `z`, `[R, V]`; with `gradientWeights` they hold `dz` afterwards.
  ///   - targets: `[R]`, ``ignored`` for padding.
  ///   - gradientWeights: `w`, `[R]`; with `nil` the logits are overwritten with scratch values.
  static func run(
    _ logits: FloatBuffer, vocabulary: Int, targets: [Int32], gradientWeights: [Float]?
  ) -> [Float] {
    let rows = targets.count
    precondition(logits.count == rows * vocabulary)
    let losses = FloatBuffer(count: rows)
    let (z, out) = (logits.address(), losses.address())
    inParts(rows) { part in
      for row in part {
        let values = unsafe z.pointer + row * vocabulary
        let target = Int(targets[row])
        guard target >= 0 else {
          if gradientWeights != nil { unsafe values.update(repeating: 0, count: vocabulary) }
          continue
        }
        var highest = unsafe values[0]
        for index in 1..<vocabulary { unsafe highest = max(highest, values[index]) }
        let targetLogit = unsafe values[target]
        // In place: the logits themselves are not needed any more.
        unsafe woodshed_exponentials(VectorWidth.widest, vocabulary, values, highest, 1)
        var sum: Float = 0
        for index in 0..<vocabulary { unsafe sum += values[index] }
        if let gradientWeights {
          let factor = gradientWeights[row] / sum
          for index in 0..<vocabulary { unsafe values[index] *= factor }
          unsafe values[target] -= gradientWeights[row]
        }
        unsafe out.pointer[row] = log(sum) + highest - targetLogit
      }
    }
    return losses.values
  }
}
