/// A reader of bytes from outside, with what must hold whatever they are.
protocol FuzzTarget: SendableMetatype {
  /// Reads the bytes; traps where something does not hold.
  static func run(_ bytes: [UInt8])
}

/// What can be fuzzed, by name.
let fuzzTargets: [String: any FuzzTarget.Type] = [
  "archive": ArchiveTarget.self,
  "midi": MIDIFileTarget.self,
  "weights": WeightsTarget.self,
  "state": TrainingStateTarget.self,
  "settings": SettingsTarget.self,
  "tokens": TokensTarget.self,
  "events": StoredEventsTarget.self,
  "grams": GramsTarget.self,
]

extension FuzzTarget {
  /// Bytes that begin with an odd number are a container's inside, its header up to the first zero
  /// and what comes after it; `magic` and the header's length are put before them. All others are
  /// a file as they are, without their first byte.
  ///
  /// So that the fuzzer need not guess the length at each change.
  static func container(_ bytes: [UInt8], magic: [UInt8] = []) -> [UInt8] {
    guard let first = bytes.first else { return [] }
    let rest = bytes.dropFirst()
    guard first & 1 == 1 else { return Array(rest) }
    let header = rest.prefix { $0 != 0 }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return magic + length + header + rest.dropFirst(header.count + 1)
  }
}
