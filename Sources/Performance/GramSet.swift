/// A sample of the grams of a whole corpus as fingerprints of 32 bits: enough to estimate how much of a
/// performance is in the corpus, but not to reconstruct the corpus.
///
/// Each gram of ``NoteGrams`` gets a 64-bit hash (`fmix64` of MurmurHash3). Grams whose hash is divisible by
/// ``sampling`` are the sample; the highest 32 bits of the hash are the fingerprint. Different grams may have
/// the same fingerprint, so a gram may wrongly seem to be in the corpus, with probability
/// ``falsePositiveRate``.
public struct GramSet: Hashable, Sendable {
  /// One gram in this many is in the sample, decided by its hash, so that the same grams
  /// are sampled in all music.
  public static let sampling: UInt64 = 4

  /// The fingerprints in ascending order, without duplicates.
  let fingerprints: [UInt32]

  /// How many fingerprints there are.
  public var count: Int { fingerprints.count }

  /// The probability, 0…1, that a sampled gram seems to be in the corpus when it is not.
  public var falsePositiveRate: Double { Double(count) / 4_294_967_296 }

  /// The set of some grams; those outside the sample are ignored.
  public init(_ grams: some Sequence<UInt64>) {
    self.init(unsorted: grams.compactMap(Self.fingerprint))
  }

  /// The union of several sets.
  public init(union sets: [GramSet]) {
    self.init(unsorted: sets.flatMap(\.fingerprints))
  }

  init(sorted fingerprints: [UInt32]) { self.fingerprints = fingerprints }

  private init(unsorted: [UInt32]) {
    var unique: [UInt32] = []
    unique.reserveCapacity(unsorted.count)
    for fingerprint in unsorted.sorted() where fingerprint != unique.last {
      unique.append(fingerprint)
    }
    fingerprints = unique
  }

  /// Whether the corpus has a gram; `nil` for a gram outside the sample.
  public func contains(_ gram: UInt64) -> Bool? {
    guard let fingerprint = Self.fingerprint(of: gram) else { return nil }
    var range = fingerprints.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if fingerprints[middle] == fingerprint { return true }
      range =
        fingerprints[middle] < fingerprint
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// How much of a performance, given as its grams in order, is in the corpus, counting sampled grams only.
  ///
  /// The longest run is the longest stretch with at least three sampled grams, all of which are found: an
  /// estimate, as the grams between them are not in the sample.
  public func overlap(with grams: [UInt64]) -> GramIndex.Overlap {
    var overlap = GramIndex.Overlap()
    var first = 0
    var found = 0
    for (place, gram) in grams.enumerated() {
      switch contains(gram) {
      case nil: continue
      case false?:
        overlap.grams += 1
        found = 0
      case true?:
        overlap.grams += 1
        overlap.shared += 1
        if found == 0 { first = place }
        found += 1
        if found >= 3 {
          overlap.longestRun = max(overlap.longestRun, place - first + NoteGrams.length)
        }
      }
    }
    return overlap
  }

  private static func fingerprint(of gram: UInt64) -> UInt32? {
    let hash = mix(gram)
    return hash % sampling == 0 ? UInt32(hash >> 32) : nil
  }

  /// Source: Appleby, MurmurHash3.cpp, `fmix64`.
  private static func mix(_ gram: UInt64) -> UInt64 {
    var h = gram
    h = (h ^ h >> 33) &* 0xFF51_AFD7_ED55_8CCD
    h = (h ^ h >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return h ^ h >> 33
  }
}
