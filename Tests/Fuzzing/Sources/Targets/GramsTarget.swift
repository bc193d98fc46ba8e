import Performance

/// `grams.bin`, the figures of the music that a base learned from.
///
/// Bytes that begin with an odd number get a file's first bytes and the right checksum put before
/// them: a byte of k, two of count, the code. Holds that what is read is written as the same bytes'
/// set again.
enum GramsTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let file = first & 1 == 0 ? Array(bytes.dropFirst()) : whole(Array(bytes.dropFirst()))
    bounding(file, perByte: 100) {
      guard let set = try? GramSet(bytes: file) else { return }
      precondition((try? GramSet(bytes: set.bytes)) == set)
      for gram in [0, 1, .max] as [UInt64] { _ = set.contains(gram) }
    }
  }

  private static func whole(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 3 else { return bytes }
    let payload = bytes[3...]
    let checksum = payload.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return Array("WOODGRAM".utf8) + [1, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, bytes[0], 0, 0, 0]
      + [bytes[1], bytes[2], 0, 0, 0, 0, 0, 0]
      + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) } + payload
  }
}
