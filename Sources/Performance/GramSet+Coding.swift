/// An error in reading a file of grams.
public enum GramSetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file does not begin with the magic number, or is too short.
  case notGrams
  /// The version, the length of grams or the sampling is not supported.
  case otherKind(version: UInt32)
  /// The checksum or the coding is wrong.
  case damaged

  /// What is wrong, as a clause that completes a sentence.
  public var description: String {
    switch self {
    case .notGrams: "it holds no grams"
    case .otherKind(let version): "it is of a kind that this woodshed does not know (\(version))"
    case .damaged: "it is damaged"
    }
  }
}

/// The file format of a set of grams.
///
/// The file, all numbers little-endian:
///
/// | bytes | what |
/// |---|---|
/// | 8 | `WOODGRAM` |
/// | 4 | version, 1 |
/// | 4 | notes of a gram, 8 |
/// | 4 | the sampling, 4 |
/// | 4 | bits of a remainder, k |
/// | 8 | how many fingerprints |
/// | 8 | FNV-1a of all bytes after these |
/// | – | the differences of the fingerprints, the first from 0, in Golomb–Rice code |
///
/// A difference d is coded as ⌊d / 2ᵏ⌋ ones, a zero, and its k lowest bits; numbers and bytes are filled from
/// the lowest bit on.
///
/// Source: Golomb, "Run-length encodings", 1966; Rice, 1979; the FNV-1a of Fowler, Noll and Vo,
/// 64 bits.
extension GramSet {
  private static let magic = Array("WOODGRAM".utf8)
  private static let version: UInt32 = 1
  private static let headerSize = 40

  /// The set as the bytes of a file.
  public var bytes: [UInt8] {
    let gap = count == 0 ? 1 : max(1, (UInt64(1) << 32) / UInt64(count))
    // The best k is about log₂(mean difference · ln 2).
    let k = max(0, 63 - gap.leadingZeroBitCount)
    var writer = BitWriter()
    var last: UInt32 = 0
    for fingerprint in fingerprints {
      let difference = fingerprint - last
      last = fingerprint
      for _ in 0..<(difference >> k) { writer.append(1, bits: 1) }
      writer.append(0, bits: 1)
      writer.append(UInt64(difference) & (1 << k - 1), bits: k)
    }
    let payload = writer.finish()
    var bytes = Self.magic
    for number in [Self.version, UInt32(NoteGrams.length), UInt32(Self.sampling), UInt32(k)] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    for number in [UInt64(count), Self.checksum(payload[...])] {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return bytes + payload
  }

  /// Reads the bytes of a file, which are not trusted.
  ///
  /// - Throws: ``GramSetError``.
  public init(bytes: [UInt8]) throws(GramSetError) {
    func number(at place: Int, bytes count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * $1) }
    }
    guard bytes.starts(with: Self.magic), bytes.count >= Self.headerSize else { throw .notGrams }
    let version = UInt32(number(at: 8, bytes: 4))
    guard version == Self.version, number(at: 12, bytes: 4) == NoteGrams.length,
      number(at: 16, bytes: 4) == Self.sampling
    else { throw .otherKind(version: version) }
    let k = Int(number(at: 20, bytes: 4))
    let count = number(at: 24, bytes: 8)
    let payload = bytes[Self.headerSize...]
    // Each fingerprint takes at least a bit.
    guard k <= 32, count <= UInt64(payload.count) * 8,
      Self.checksum(payload) == number(at: 32, bytes: 8)
    else { throw .damaged }
    var reader = BitReader(payload)
    var fingerprints: [UInt32] = []
    fingerprints.reserveCapacity(Int(count))
    var last: UInt64 = 0
    for index in 0..<count {
      guard let quotient = reader.ones(), let rest = reader.read(bits: k) else { throw .damaged }
      let difference = UInt64(quotient) << k | rest
      last += difference
      guard last <= UInt64(UInt32.max), index == 0 || difference > 0 else { throw .damaged }
      fingerprints.append(UInt32(last))
    }
    guard reader.isAtEnd else { throw .damaged }
    self.init(sorted: fingerprints)
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}

/// Writes bits to bytes, lowest bit first.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var held: UInt64 = 0
  private var count = 0

  /// Appends the lowest `bits` bits of a number, at most 32.
  mutating func append(_ number: UInt64, bits: Int) {
    held |= number << count
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: held))
      held >>= 8
      count -= 8
    }
  }

  /// All bytes, the last padded with zeros.
  mutating func finish() -> [UInt8] {
    if count > 0 { append(0, bits: 8 - count) }
    return bytes
  }
}

/// Reads bits that ``BitWriter`` wrote.
private struct BitReader {
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var held: UInt64 = 0
  private var count = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// Whether only the padding of the last byte is left.
  var isAtEnd: Bool { place == bytes.endIndex && held == 0 && count < 8 }

  /// The next number of at most 32 bits; `nil` at the end of the bytes.
  mutating func read(bits: Int) -> UInt64? {
    while count < bits {
      guard place < bytes.endIndex else { return nil }
      held |= UInt64(bytes[place]) << count
      place += 1
      count += 8
    }
    let number = held & (1 << bits - 1)
    held >>= bits
    count -= bits
    return number
  }

  /// Counts the ones up to the next zero, which is read too; `nil` when there is no zero.
  mutating func ones() -> Int? {
    var ones = 0
    while let bit = read(bits: 1) {
      if bit == 0 { return ones }
      ones += 1
    }
    return nil
  }
}
