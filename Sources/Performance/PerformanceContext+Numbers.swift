import Foundation

/// The numbers that a network reads beside each event, `F` = ``count`` of them:
///
/// | places | number |
/// |---|---|
/// | 0…127 | 1 for a key that sounds |
/// | 128…255 | how lately it was struck, sounding or not: e^−(steps / 200), down to 0.05 |
/// | 256…352 | 1 for a sounding key, by its interval from the key struck last, −48…48 |
/// | 353…449 | how lately it was struck, by the same interval |
/// | 450…482 | 1 for the velocity bin in force, 0 before the first |
/// | 483…494 | 1 for how long ago a note began: 0, 1, 2, 3, 5, 9 … 257 steps and more, never |
/// | 495…530 | 1 for how far apart the last 4 onsets are, in the same classes, the last two first |
/// | 531 | an eighth of the number of keys that sound |
/// | 532 | a quarter of the number of notes that began at this time |
extension PerformanceContext {
  /// How many numbers there are.
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

  /// e^−(steps / 200) for as many steps as it is 0.05 or more.
  static let recency: [Float] = (0..<600).map { exp(-Float($0) / 200) }

  /// Calls `tell` with the place of each number that is not 0, and the number.
  public func describe(_ tell: (Int, Float) -> Void) {
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

  /// 0, 1, 2, 3–4, 5–8 … 129–256, 257 steps and more, never: 0…11.
  static func timeClass(_ steps: Int?) -> Int {
    guard let steps else { return 11 }
    guard steps > 0 else { return 0 }
    // ⌈log₂ steps⌉
    return min(10, 1 + (Int.bitWidth - (steps - 1).leadingZeroBitCount))
  }
}
