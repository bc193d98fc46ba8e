package import Network

/// The arithmetic that a network computes in, as a person asks for it.
public enum ComputePrecision: String, CaseIterable, Codable, Sendable {
  case float32, bfloat16
  /// To generate and to judge in, not to train.
  case int8
}

extension Precision {
  /// What was asked for, or what this processor does fastest.
  package init(_ asked: ComputePrecision?) {
    switch asked {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .int8: self = .int8
    case nil: self = .best
    }
  }
}
