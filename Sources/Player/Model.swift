package import Foundation
package import Network
import Performance

/// A model's weights and the precision to run them in.
package struct Model: Sendable {
  package var weights: Weights
  package var precision: Precision

  /// A model of these weights.
  package init(weights: Weights, precision: Precision) {
    self.weights = weights
    self.precision = precision
  }

  /// A model whose weights are read from a file.
  ///
  /// - Parameter precision: The precision; `nil` for the fastest on this processor.
  /// - Throws: `CheckpointError`.
  package init(file: URL, precision: ComputePrecision?) throws {
    self.init(weights: try Self.weights(from: file), precision: Precision(precision))
  }

  /// The network's additional input beside the events.
  package var form: Form { weights.shape.form }

  /// Reads weights, and checks that their network has the vocabulary of 388 performance events and, as
  /// additional input, either ``PerformanceContext`` or none.
  ///
  /// - Throws: `CheckpointError`.
  package static func weights(from file: URL) throws -> Weights {
    let checkpoint = try Checkpoint.read(from: file)
    let shape = checkpoint.weights.shape
    func unfitting(_ cause: String) -> CheckpointError {
      .unfitting(path: file.path(percentEncoded: false), cause: cause)
    }
    guard shape.vocabulary == Vocabulary.size else {
      throw unfitting("its network knows \(shape.vocabulary) events, not \(Vocabulary.size)")
    }
    let form = checkpoint.metadata[Form.key]
    let hasKnownContext =
      shape.context == PerformanceContext.count && shape.filters == PerformanceContext.filters
    guard
      shape.context + shape.filters == 0
        || hasKnownContext && (form == nil || form == Form.withContext.rawValue)
    else {
      throw unfitting(
        "its network needs additional input beside the events (\(form ?? "\(shape.context) numbers")), "
          + "which this woodshed cannot compute")
    }
    if let form, Form(rawValue: form) == nil {
      throw unfitting(
        "its network is of the form \(form), which this woodshed does not know; update woodshed")
    }
    return checkpoint.weights
  }
}
