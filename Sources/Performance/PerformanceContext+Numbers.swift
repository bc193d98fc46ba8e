import Foundation

/// The context features that a network reads beside each event, `F` = ``count``:
///
/// | indices | feature |
/// |---|---|
/// | 0…127 | 1 for a sounding key |
/// | 128…255 | how recently a key was struck, sounding or not: e^−(steps / 200), 0 below 0.05 |
/// | 256…352 | 1 for a sounding key, by its interval from the key struck last, −48…48 |
/// | 353…449 | how recently a key was struck, by the same interval |
/// | 450…482 | one-hot: the velocity bin in force, 0 before the first |
/// | 483…494 | one-hot: the time since the last onset, in classes from 0, 1, 2, 3, 5, 9 … 257 steps on, or
/// never | | 495…530 | one-hot, 3 × 12: the times between the last 4 onsets in the same classes, the latest
/// first | | 531 | the number of sounding keys / 8 |
/// | 532 | the number of notes that began at this time / 4 |
extension PerformanceContext {
  /// The number of features, `F`.
  public static let count = 533

  private enum Place {
    static let sounds = 0
    static let recency = 128
    static let soundsFromLast = 256
    static let recencyFromLast = 353
    static let bin = 450
    static let sinceOnset = 483
    static let betweenOnsets = 495
    static let polyphony = 531
    static let notesNow = 532
  }

  private static let widestInterval = 48

  /// e^−(steps / 200) for all steps for which it is at least about 0.05.
  static let recency: [Float] = (0..<600).map { exp(-Float($0) / 200) }

  /// Calls `tell` with the index and the value of each non-zero feature.
  public func forEachFeature(_ tell: (Int, Float) -> Void) {
    let last = lastStruck.first ?? 0
    for (pitch, key) in keyboard.keys.enumerated() where key.note > 0 {
      let interval = pitch - last
      let isNear = abs(interval) <= Self.widestInterval
      if key.sounds {
        tell(Place.sounds + pitch, 1)
        if isNear { tell(Place.soundsFromLast + Self.widestInterval + interval, 1) }
      }
      let steps = keyboard.time - key.struck
      guard steps < Self.recency.count else { continue }
      tell(Place.recency + pitch, Self.recency[steps])
      guard isNear else { continue }
      tell(Place.recencyFromLast + Self.widestInterval + interval, Self.recency[steps])
    }
    tell(Place.bin + keyboard.bin, 1)
    tell(Place.sinceOnset + Self.timeClass(onsets.first.map { keyboard.time - $0 }), 1)
    for index in 0..<3 {
      let apart = index + 1 < onsets.count ? onsets[index] - onsets[index + 1] : nil
      tell(Place.betweenOnsets + 12 * index + Self.timeClass(apart), 1)
    }
    if keyboard.soundingCount > 0 { tell(Place.polyphony, Float(keyboard.soundingCount) / 8) }
    if notesNow > 0 { tell(Place.notesNow, Float(notesNow) / 4) }
  }

  /// The class, 0…11, of a time in steps: 0, 1, 2, 3–4, 5–8 … 129–256, 257 and more, never.
  static func timeClass(_ steps: Int?) -> Int {
    guard let steps else { return 11 }
    guard steps > 0 else { return 0 }
    // ⌈log₂ steps⌉
    return min(10, 1 + (Int.bitWidth - (steps - 1).leadingZeroBitCount))
  }
}
