public import MIDI

/// Searches for the grams of a performance (see ``NoteGrams``) in other music, part by part.
public struct GramSearch: Sendable {
  private let grams: [UInt64]
  private var found: Set<UInt64> = []

  /// A search for the grams of a performance.
  public init(for notes: [Note]) {
    grams = NoteGrams.grams(of: notes)
  }

  /// Searches the grams of one part of the other music.
  public mutating func look(in others: Set<UInt64>) {
    for gram in grams where others.contains(gram) { found.insert(gram) }
  }

  /// The fraction of the performance's grams that were found so far, 0…1; 0 if it has none.
  public var share: Double {
    grams.isEmpty ? 0 : Double(grams.count { found.contains($0) }) / Double(grams.count)
  }
}
