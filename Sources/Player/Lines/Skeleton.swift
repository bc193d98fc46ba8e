package import MIDI

/// Which notes of a take are its top line and its bass.
package enum Skeleton {
  /// Notes this close are struck together, in nanoseconds: 35 ms.
  private static let together: Int64 = 35_000_000

  /// The notes that are the highest or the lowest of all that sound when they are struck, in order of time.
  ///
  /// - Parameter notes: The notes of a take, with times in nanoseconds.
  package static func of(_ notes: [Note]) -> [Note] {
    let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    var sounding: [Note] = []
    var ahead = 0
    return sorted.filter { note in
      while ahead < sorted.count, sorted[ahead].start <= note.start + together {
        sounding.append(sorted[ahead])
        ahead += 1
      }
      sounding.removeAll { $0.end <= note.start && $0.start < note.start }
      let pitches = sounding.map(\.pitch)
      return note.pitch == pitches.max() || note.pitch == pitches.min()
    }
  }
}
