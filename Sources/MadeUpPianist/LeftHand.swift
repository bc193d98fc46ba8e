/// Comping: rootless voicings with smooth voice leading, on a few stock rhythms.
struct LeftHand {
  /// The rhythms of a bar: start and length of each chord in beats.
  private static let rhythms: [[(start: Double, length: Double)]] = [
    [(0, 1.2), (1.63, 0.5)],  // Charleston
    [(1.63, 0.6), (3.63, 0.5)],
    [(0, 3.6)],
    [(0, 0.5), (2.63, 1.2)],
    [(1, 0.4), (3, 0.4)],
  ]

  private let style: Pianist.Style
  private var lowest = 52

  init(style: Pianist.Style) {
    self.style = style
  }

  /// The chords of one bar that starts at `beat`.
  mutating func bar(
    chord: Chord, beat: Double, using random: inout some RandomNumberGenerator
  ) -> [PlannedNote] {
    let voicing = nearestVoicing(of: chord)
    lowest = voicing.min() ?? lowest
    guard let rhythm = Self.rhythms.randomElement(using: &random) else { return [] }
    return rhythm.flatMap { start, length in
      voicing.map { pitch in
        PlannedNote(
          pitch: pitch, velocity: style.velocity - 20, startBeat: beat + start,
          endBeat: beat + start + length)
      }
    }
  }

  /// The inversion whose lowest note is nearest to that of the last voicing.
  private func nearestVoicing(of chord: Chord) -> [Int] {
    let inversions = (0..<4).map { inversion in
      let closed = chord.voicing.enumerated().map { index, interval in
        chord.root + 36 + interval + (index < inversion ? 12 : 0)
      }
      let shift = closed.min().map { $0 < 48 ? 12 : 0 } ?? 0
      return closed.map { $0 + shift }
    }
    return inversions.min { one, other in
      abs((one.min() ?? 0) - lowest) < abs((other.min() ?? 0) - lowest)
    } ?? []
  }
}
