public import MIDI

/// Looks for the grams of a performance, as ``NoteGrams`` has them, in other music that need not be
/// in memory all at once.
public struct GramSearch: Sendable {
  private let grams: [UInt64]
  private var found: Set<UInt64> = []

  /// A search for the grams of a performance.
  public init(for notes: [Note]) {
    grams = NoteGrams.grams(of: notes)
  }

  /// Looks among the grams of a part of the other music.
  public mutating func look(in others: Set<UInt64>) {
    for gram in grams where others.contains(gram) { found.insert(gram) }
  }

  /// The share of the performance's grams that were found so far, 0…1; 0 where it has none.
  public var share: Double {
    grams.isEmpty ? 0 : Double(grams.count { found.contains($0) }) / Double(grams.count)
  }
}
