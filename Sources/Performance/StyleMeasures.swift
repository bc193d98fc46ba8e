import Foundation
public import MIDI

/// Distributions that describe a style of playing, and can be compared.
///
/// Source: the measures of Yang and Lerch, "On the evaluation of generative models in music", 2020,
/// with measures of performance added: velocity, articulation, density.
public struct StyleMeasures: Hashable, Codable, Sendable {
  /// One measure: a normalised histogram of notes or of windows of time; it sums to 1, or to 0 when there was
  /// nothing to measure.
  public struct Measure: Hashable, Codable, Sendable {
    /// The name to display.
    public var name: String
    /// The fraction in each bin.
    public var shares: [Double]
    /// The mean of the values, geometric for times and ratios; 0 with nothing measured.
    public var mean: Double
    /// How many notes, or windows of time, were measured.
    public var count: Double
    /// The unit of `mean`; `nil` if a mean is meaningless, as of pitch classes.
    public var unit: String?
  }

  /// The distance between two distributions of one measure.
  public struct Distance: Hashable, Codable, Sendable {
    /// The measure's name.
    public var name: String
    /// 0 for equal distributions, 1 for disjoint ones.
    public var distance: Double
  }

  /// All measures, in a fixed order.
  public var measures: [Measure]

  /// Measures a set of performances, each with its own notes and times.
  public init(of performances: [[Note]]) {
    var pitchClasses = Tally("pitch classes", bins: 12, from: 0, to: 12)
    var register = Tally("register", bins: 22, from: 21, to: 109, unit: "(60 is middle C)")
    var intervals = Tally("intervals", bins: 25, from: -12.5, to: 12.5)
    var velocities = Tally("velocity", bins: 32, from: 0, to: 128, unit: "of 127")
    // Times by their binary logarithm, from 8 ms to 8 s; a bin is half a doubling wide. Finer bins
    // would be nearly empty for a few minutes of playing.
    var onsets = Tally(
      "inter-onset times", bins: 20, from: -7, to: 3, unit: "s", isLogarithmic: true)
    var lengths = Tally("note lengths", bins: 20, from: -7, to: 3, unit: "s", isLogarithmic: true)
    var articulation = Tally(
      "articulation", bins: 20, from: -4, to: 4, unit: "length / inter-onset time",
      isLogarithmic: true)
    var density = Tally("notes per second", bins: 20, from: 0, to: 40, unit: "/s")
    var polyphony = Tally("polyphony", bins: 13, from: 0, to: 13, unit: "notes at once")
    for notes in performances {
      let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
      for (index, note) in sorted.enumerated() {
        pitchClasses.add(Double(note.pitch % 12))
        register.add(Double(note.pitch))
        velocities.add(Double(note.velocity))
        let length = max(0.01, Double(note.end - note.start) / 1e9)
        lengths.add(log2(length))
        guard index + 1 < sorted.count else { continue }
        let next = sorted[index + 1]
        intervals.add(max(-12, min(12, Double(next.pitch) - Double(note.pitch))))
        let onset = max(0.01, Double(next.start - note.start) / 1e9)
        onsets.add(log2(onset))
        articulation.add(log2(length / onset))
      }
      Self.measureWindows(of: sorted, density: &density, polyphony: &polyphony)
    }
    measures = [
      pitchClasses, register, intervals, velocities, onsets, lengths, articulation, density,
      polyphony,
    ].map(\.measure)
  }

  /// Counts onsets and sounding notes in windows of one second.
  private static func measureWindows(
    of sorted: [Note], density: inout Tally, polyphony: inout Tally
  ) {
    guard let first = sorted.first, let last = sorted.last else { return }
    let count = Int((last.start - first.start) / 1_000_000_000) + 1
    var onsets = Array(repeating: 0.0, count: count)
    var sounding = Array(repeating: 0.0, count: count)
    for note in sorted {
      let window = Int((note.start - first.start) / 1_000_000_000)
      onsets[window] += 1
      var index = window
      while index < count {
        let begin = first.start + Int64(index) * 1_000_000_000
        let overlap = min(note.end, begin + 1_000_000_000) - max(note.start, begin)
        guard overlap > 0 else { break }
        sounding[index] += Double(overlap) / 1e9
        index += 1
      }
    }
    for index in 0..<count {
      density.add(onsets[index])
      polyphony.add(sounding[index])
    }
  }

  /// The total variation distance, 0…1, between the two distributions of each measure, in the same order.
  public func distances(to other: StyleMeasures) -> [Distance] {
    zip(measures, other.measures).map { own, other in
      let difference = zip(own.shares, other.shares).reduce(0) { $0 + abs($1.0 - $1.1) }
      return Distance(name: own.name, distance: min(1, difference / 2))
    }
  }
}

/// A histogram with fixed edges; values outside count in the outermost bins.
private struct Tally {
  let name: String
  let unit: String?
  let isLogarithmic: Bool
  let lower: Double
  let width: Double
  var counts: [Double]
  var sum = 0.0

  init(
    _ name: String, bins: Int, from lower: Double, to upper: Double, unit: String? = nil,
    isLogarithmic: Bool = false
  ) {
    self.name = name
    self.unit = unit
    self.isLogarithmic = isLogarithmic
    self.lower = lower
    width = (upper - lower) / Double(bins)
    counts = Array(repeating: 0, count: bins)
  }

  mutating func add(_ value: Double) {
    let bin = Int(((value - lower) / width).rounded(.down))
    counts[max(0, min(counts.count - 1, bin))] += 1
    sum += value
  }

  var measure: StyleMeasures.Measure {
    let total = counts.reduce(0, +)
    guard total > 0 else {
      return StyleMeasures.Measure(name: name, shares: counts, mean: 0, count: 0, unit: unit)
    }
    let mean = sum / total
    return StyleMeasures.Measure(
      name: name, shares: counts.map { $0 / total }, mean: isLogarithmic ? exp2(mean) : mean,
      count: total, unit: unit)
  }
}
