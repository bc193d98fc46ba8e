import Foundation

/// A random number generator that gives the same numbers for the same seed on every machine.
///
/// Source: SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Codable, Sendable {
  private(set) var state: UInt64
  /// What the state grows by at each draw.
  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// A generator at the start of the seed's sequence.
  public init(seed: UInt64) {
    state = seed
  }

  /// The generator of one of many independent streams of a seed.
  package init(seed: UInt64, stream: Int) {
    var mixed = SeededGenerator(seed: seed)
    state = mixed.next() ^ (UInt64(stream) &+ 1) &* 0xD1B5_4A32_D192_ED03
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.golden
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Skips the next `count` draws.
  mutating func skip(_ count: Int) { state &+= UInt64(count) &* Self.golden }

  /// A draw from the standard normal distribution (Box and Muller, 1958).
  mutating func nextNormal() -> Float {
    let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self)))
      .squareRoot()
    return Float(radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self)))
  }
}
