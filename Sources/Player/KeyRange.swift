import Performance

/// Keeps a take on the keys of a piano, or of an instrument that has more of them.
package struct KeyRange: Constraint {
  /// A0 to C8, as MIDI numbers.
  package static let piano = 21...108

  private let keys: ClosedRange<Int>

  /// The piano's keys, those of the primer, and those that the musician has played.
  package init(after primer: [UInt16], played: ClosedRange<Int>?) {
    let struck = primer.compactMap { token -> Int? in
      guard case .noteOn(let pitch)? = Vocabulary.event(of: token) else { return nil }
      return Int(pitch)
    }
    let all = struck + [played?.lowerBound, played?.upperBound].compactMap(\.self)
    keys =
      min(
        Self.piano.lowerBound, all.min() ?? Self.piano.lowerBound)...max(
        Self.piano.upperBound, all.max() ?? Self.piano.upperBound)
  }

  package mutating func advance(_ token: UInt16) {}

  package func allow(_ mask: inout [Bool]) {
    for key in 0...127 where !keys.contains(key) {
      mask[Int(Vocabulary.token(of: .noteOn(pitch: UInt8(key))))] = false
    }
  }
}
