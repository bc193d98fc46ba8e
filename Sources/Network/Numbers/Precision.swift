/// The arithmetic that a network computes in; weights are kept in 32 bits either way.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// 32 bits.
  case float32
  /// 16 bits with the range of 32, in the LSTM layers' products, on processors that have
  /// instructions for it.
  case bfloat16
  /// 8 bits for the weights and for what they are multiplied with, to generate and to judge, not to
  /// train.
  case int8
}
