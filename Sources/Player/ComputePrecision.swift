package import Network

/// The precision that a network computes in, as a user chooses it.
public enum ComputePrecision: String, CaseIterable, Codable, Sendable {
  case float32, bfloat16
  /// For generating and evaluating, not for training.
  case int8
}

extension Precision {
  /// The precision chosen; ``best`` for `nil`.
  package init(_ asked: ComputePrecision?) {
    switch asked {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .int8: self = .int8
    case nil: self = .best
    }
  }
}
