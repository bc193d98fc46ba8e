/// The number format that a network computes in; weights are kept in 32 bits in every case.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// 32 bits.
  case float32
  /// bfloat16, 16 bits with the exponent range of 32, in the matrix products.
  case bfloat16
  /// 8 bits for the weights and the activations that they are multiplied with; for generating and
  /// evaluating, not for training.
  case int8
}
