/// The links from what has sounded to the events that may come next.
///
/// A network computes `J` = ``filters`` filter weights after each event. A link adds a run of them, times a
/// number, to the logits of a run of tokens, so that "a third above the key struck last" has one weight
/// wherever that key is. The filter weights, in order:
///
/// | weights | for | by |
/// |---|---|---|
/// | 8 × 49 | a note-on | its interval, −24…24, from each of the last 4 keys struck, the lowest and \
/// the highest sounding key, every sounding key, and every key weighted by how recently it was struck |
/// | 21 | a note-off | the time class of how long the key has sounded; which of the last 4 it is; whether \
/// it is the lowest, the highest, or the first or second struck of the sounding keys; whether it was struck \
/// with the key that has just ended, or within 2 steps of it |
/// | 12 × 13 | a time-shift | its distance, −6…6 steps, from one that would repeat each of the last 4 \
/// times between onsets, the last two together, or half the last; each of the last 2 durations, for the key \
/// struck last; the last duration, for the longest sounding key; or each of the last 3 shifts |
/// | 4 × 25 | a velocity | its distance, −12…12 bins, from each of the last 3 and the running mean |
extension PerformanceContext {
  /// The number of filter weights, `J`.
  public static let filters = Filter.velocity + 4 * Filter.velocityWidth

  private enum Filter {
    static let interval = 0
    static let intervalReach = 24
    static let intervalWidth = 2 * intervalReach + 1
    static let off = interval + 8 * intervalWidth
    static let shift = off + 21
    static let shiftReach = 6
    static let shiftWidth = 2 * shiftReach + 1
    static let velocity = shift + 12 * shiftWidth
    static let velocityReach = 12
    static let velocityWidth = 2 * velocityReach + 1
  }

  /// Adds a run of filter weights, times a number, to the logits of a run of tokens.
  public struct Link {
    /// The first token.
    public var token: Int
    /// The first filter weight, in 0..<``PerformanceContext/filters``.
    public var filter: Int
    /// The length of both runs.
    public var count: Int
    /// What the weights are multiplied by.
    public var number: Float
  }

  /// Calls `link` with each link after the events so far.
  public func forEachLink(_ link: (Link) -> Void) {
    var sounding: [Int] = []
    for (pitch, key) in keyboard.keys.enumerated() where key.note > 0 {
      if key.sounds { sounding.append(pitch) }
      let steps = keyboard.time - key.struck
      if steps < Self.recency.count {
        relateInterval(7, from: pitch, number: Self.recency[steps], link)
      }
    }
    for (index, pitch) in lastStruck.enumerated() { relateInterval(index, from: pitch, link) }
    if let lowest = sounding.first { relateInterval(4, from: lowest, link) }
    if let highest = sounding.last { relateInterval(5, from: highest, link) }
    for pitch in sounding { relateInterval(6, from: pitch, link) }
    relateEnds(of: sounding, link)
    relateTimes(of: sounding, link)
    for (index, bin) in bins.enumerated() { relateVelocity(index, to: bin, link) }
    if !bins.isEmpty { relateVelocity(3, to: Int(meanBin.rounded()), link) }
  }

  private func relateInterval(
    _ channel: Int, from pitch: Int, number: Float = 1, _ link: (Link) -> Void
  ) {
    relate(
      Filter.interval + channel * Filter.intervalWidth, reach: Filter.intervalReach,
      around: pitch, within: 0..<128, from: Vocabulary.firstNoteOn, number: number, link)
  }

  private func relateVelocity(_ channel: Int, to bin: Int, _ link: (Link) -> Void) {
    relate(
      Filter.velocity + channel * Filter.velocityWidth, reach: Filter.velocityReach,
      around: bin - 1, within: 0..<Vocabulary.velocityBins, from: Vocabulary.firstVelocity,
      number: 1, link)
  }

  /// Links the tokens within `reach` of a centre, clipped to `range`, to the weights of a channel.
  private func relate(
    _ filter: Int, reach: Int, around centre: Int, within range: Range<Int>, from token: Int,
    number: Float, _ link: (Link) -> Void
  ) {
    let first = max(range.lowerBound, centre - reach)
    let end = min(range.upperBound, centre + reach + 1)
    guard first < end else { return }
    link(
      Link(
        token: token + first, filter: filter + first - (centre - reach), count: end - first,
        number: number))
  }

  private func relateEnds(of sounding: [Int], _ link: (Link) -> Void) {
    func relate(_ pitch: Int, to filter: Int) {
      link(
        Link(
          token: Vocabulary.firstNoteOff + pitch, filter: Filter.off + filter, count: 1, number: 1))
    }
    for pitch in sounding {
      let struck = keyboard.keys[pitch].struck
      relate(pitch, to: Self.timeClass(keyboard.time - struck))
      if let struckOfEnded, abs(struck - struckOfEnded) <= 2 {
        relate(pitch, to: struck == struckOfEnded ? 19 : 20)
      }
    }
    for (index, pitch) in lastStruck.enumerated() where keyboard.keys[pitch].sounds {
      relate(pitch, to: 11 + index)
    }
    if let lowest = sounding.first { relate(lowest, to: 15) }
    if let highest = sounding.last { relate(highest, to: 16) }
    let byAge = oldest(of: sounding)
    if let first = byAge.first { relate(first, to: 17) }
    if let second = byAge.second { relate(second, to: 18) }
  }

  /// The two keys that have sounded longest.
  private func oldest(of sounding: [Int]) -> (first: Int?, second: Int?) {
    var (first, second): (Int?, Int?) = (nil, nil)
    for pitch in sounding {
      if keyboard.keys[pitch].note < first.map({ keyboard.keys[$0].note }) ?? .max {
        (first, second) = (pitch, first)
      } else if keyboard.keys[pitch].note < second.map({ keyboard.keys[$0].note }) ?? .max {
        second = pitch
      }
    }
    return (first, second)
  }

  private func relateTimes(of sounding: [Int], _ link: (Link) -> Void) {
    func relate(_ channel: Int, to steps: Int) {
      self.relate(
        Filter.shift + channel * Filter.shiftWidth, reach: Filter.shiftReach,
        around: steps - 1, within: 0..<Vocabulary.longestShift, from: Vocabulary.firstTimeShift,
        number: 1, link)
    }
    if let last = onsets.first {
      let apart = zip(onsets, onsets.dropFirst()).map { $0 - $1 }
      for (index, steps) in apart.enumerated() { relate(index, to: last + steps - keyboard.time) }
      if apart.count > 1 { relate(4, to: last + apart[0] + apart[1] - keyboard.time) }
      if let steps = apart.first { relate(5, to: last + steps / 2 - keyboard.time) }
    }
    if let newest = lastStruck.first, keyboard.keys[newest].sounds {
      for (index, steps) in durations.enumerated() {
        relate(6 + index, to: keyboard.keys[newest].struck + steps - keyboard.time)
      }
    }
    if let longest = oldest(of: sounding).first, let steps = durations.first {
      relate(8, to: keyboard.keys[longest].struck + steps - keyboard.time)
    }
    for (index, steps) in shifts.enumerated() { relate(9 + index, to: steps) }
  }
}
