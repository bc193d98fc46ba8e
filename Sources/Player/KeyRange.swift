import Performance

/// Keeps a take on the keys of a piano, or of an instrument that has more of them.
package struct KeyRange: Constraint {
  /// A0 to C8, as MIDI numbers.
  package static let piano = 21...108

  /// The note-ons of all other keys.
  private let forbidden: [Int]

  /// The piano's keys, those of the primer, and those that the musician has played.
  package init(after primer: [UInt16], played: ClosedRange<Int>?) {
    let struck = primer.compactMap { token -> Int? in
      guard case .noteOn(let pitch)? = Vocabulary.event(of: token) else { return nil }
      return Int(pitch)
    }
    let all = struck + [played?.lowerBound, played?.upperBound].compactMap(\.self)
    let keys =
      min(
        Self.piano.lowerBound, all.min() ?? Self.piano.lowerBound)...max(
        Self.piano.upperBound, all.max() ?? Self.piano.upperBound)
    forbidden = (0...127).filter { !keys.contains($0) }.map { Vocabulary.firstNoteOn + $0 }
  }

  package mutating func advance(_ token: UInt16) {}

  package func allow(_ mask: inout [Bool]) {
    for token in forbidden { mask[token] = false }
  }
}
