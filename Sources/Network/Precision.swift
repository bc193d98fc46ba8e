/// The arithmetic that a network computes in; weights are kept in 32 bits either way.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// 32 bits.
  case float32
  /// 16 bits with the range of 32, on processors that have instructions for it.
  case bfloat16
}
