import Foundation
public import MIDI

/// What a take has of each control, measured over all of it or over windows of it.
public struct PlayedControls: Hashable, Codable, Sendable {
  /// Onsets a second.
  public var density: Double
  /// The mean key; `nil` without a note.
  public var register: Double?
  /// The mean velocity; `nil` without a note.
  public var loudness: Double?
  /// The geometric mean of sounding length over the time to the next onset more than 30 ms later; `nil` where
  /// none follows.
  public var touch: Double?
  /// The shares of the pitch classes from C on, `[12]`.
  public var pitchClasses: [Double]

  /// What notes have of each control.
  ///
  /// - Parameters:
  ///   - notes: The notes, with times in nanoseconds.
  ///   - span: Where in them, in nanoseconds; `nil` from 0 to the last onset.
  public init(of notes: [Note], within span: Range<Int64>? = nil) {
    let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    let span = span ?? 0..<((sorted.last?.start ?? 0) + 1)
    let chosen = sorted.indices.filter { span.contains(sorted[$0].start) }
    let seconds = Double(span.upperBound - span.lowerBound) / 1e9
    density = Double(chosen.count) / max(0.01, seconds)
    var classes = Array(repeating: 0.0, count: 12)
    for index in chosen { classes[Int(sorted[index].pitch % 12)] += 1 }
    pitchClasses = chosen.isEmpty ? classes : classes.map { $0 / Double(chosen.count) }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    register = mean(chosen.map { Double(sorted[$0].pitch) })
    loudness = mean(chosen.map { Double(sorted[$0].velocity) })
    let logRatios = chosen.compactMap { index -> Double? in
      let note = sorted[index]
      guard
        let next = sorted[index...].first(where: {
          $0.start - note.start > Int64(RecentPlaying.chordSteps) * 10_000_000
        })
      else { return nil }
      let ratio = Double(max(1, note.end - note.start)) / Double(next.start - note.start)
      return log2(max(1.0 / 16, min(16, ratio)))
    }
    touch = mean(logRatios).map(exp2)
  }
}

extension Controls {
  /// The controls that a take has itself, over time.
  ///
  /// - Parameters:
  ///   - notes: Its notes, with times in nanoseconds.
  ///   - window: The seconds that each point is measured over.
  public init(like notes: [Note], window: Double = 5) {
    self.init()
    guard let end = notes.map(\.start).max() else { return }
    let step = Int64(window * 1e9)
    let count = max(1, Int((Double(end) / Double(step)).rounded()))
    var classes: [PitchClassLine.Point] = []
    var lines:
      (
        density: [ControlLine.Point], register: [ControlLine.Point], loudness: [ControlLine.Point],
        touch: [ControlLine.Point]
      ) = ([], [], [], [])
    for index in 0..<count {
      let from = Int64(index) * step
      let to = index == count - 1 ? max(end + 1, from + step) : from + step
      let got = PlayedControls(of: notes, within: from..<to)
      let middle = (Double(from) + window * 5e8) / 1e9
      func add(
        _ value: Double?, _ bounds: ClosedRange<Double>, to points: inout [ControlLine.Point]
      ) {
        guard let value else { return }
        points.append(
          .init(seconds: middle, value: min(max(value, bounds.lowerBound), bounds.upperBound)))
      }
      add(got.density, Self.densities, to: &lines.density)
      add(got.register, Self.registers, to: &lines.register)
      add(got.loudness, Self.loudnesses, to: &lines.loudness)
      add(got.touch, Self.touches, to: &lines.touch)
      if got.register != nil {
        // A pitch class that the take does not have is rare rather than forbidden.
        let shares = got.pitchClasses.map { ($0 + 0.002) / 1.024 }
        classes.append(.init(seconds: Double(from) / 1e9, shares: shares))
      }
    }
    func line(_ points: [ControlLine.Point]) -> ControlLine? {
      points.isEmpty ? nil : ControlLine(through: points)
    }
    density = line(lines.density)
    register = line(lines.register)
    loudness = line(lines.loudness)
    touch = line(lines.touch)
    pitchClasses = classes.isEmpty ? nil : PitchClassLine(classes)
  }
}
