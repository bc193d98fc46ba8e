import Disk
import Foundation
import Library
import MIDI
import Rounds

/// The calibrations of gauges and the unsteered takes that they were made from, kept from one call to the next.
///
/// Two files in the project's `cache`, which holds only what can be made again: what is damaged or of another
/// version is ignored, and so is a failure to write it.
struct GaugeCache {
  private let folder: URL

  /// The cache in a project's folder `cache`.
  init(in folder: URL) { self.folder = folder }

  /// Values by their keys, of which the last ones are kept.
  private struct Kept<Value: Codable>: Codable {
    var version = 1
    var keys: [String] = []
    var values: [String: Value] = [:]

    mutating func keep(_ value: Value, for key: String, most: Int) {
      keys.removeAll { $0 == key }
      keys.append(key)
      values[key] = value
      while keys.count > most { values[keys.removeFirst()] = nil }
    }
  }

  private static let mostCalibrations = 200
  private static let mostSets = 4
  private var calibrations: URL { folder.appending(path: "gauges.json") }
  private var sets: URL { folder.appending(path: "unsteered.json") }

  private func read<Value: Codable>(_ file: URL) -> Kept<Value> {
    guard let bytes = file.bytes, bytes < 64 << 20, let data = try? Data(contentsOf: file),
      let kept = try? JSONDecoder().decode(Kept<Value>.self, from: data), kept.version == 1
    else { return Kept() }
    return kept
  }

  private func keep<Value: Codable>(_ value: Value, for key: String, most: Int, in file: URL) {
    var kept: Kept<Value> = read(file)
    kept.keep(value, for: key, most: most)
    try? folder.makeFolder()
    if let data = try? JSONEncoder().encode(kept) { try? Draft.write(data, to: file) }
  }

  /// A gauge's calibration by takes; made by asking it if it is not kept.
  ///
  /// - Parameters:
  ///   - key: What tells the takes from others.
  ///   - play: Plays the takes.
  ///   - pull: Plays takes that are pulled by the gauge; `nil` if it was not to be tried.
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``, and what `play` and `pull` throw.
  func calibration(
    of gauge: Gauge, on key: String, playing play: () throws -> [[Note]],
    pulling pull: ((GaugeCalibration) throws -> [[Note]])? = nil
  ) throws -> GaugeCalibration {
    let key = Digest.sha256(of: Array("\(gauge.digest) \(key)".utf8))
    let kept: Kept<GaugeCalibration> = read(calibrations)
    if let known = kept.values[key], known.isSound { return known }
    var calibration = try GaugeCalibration(of: gauge, by: play())
    if let takes = try pull?(calibration) {
      let values = try gauge.values(of: takes.map { GaugedMusic($0) })
      calibration.moved = Estimate(meanOf: values.map(calibration.spreads)).value
    }
    keep(calibration, for: key, most: Self.mostCalibrations, in: calibrations)
    return calibration
  }

  /// The notes of unsteered takes; played if they are not kept.
  ///
  /// - Parameters:
  ///   - key: What tells them from others, of which their number is a part.
  ///   - play: Plays them; `nil` if that was stopped.
  /// - Throws: ``WorkbenchError/stopped(doing:)``, and what `play` throws.
  func notes(of key: String, count: Int, playing play: () throws -> [[Note]]?) throws -> [[Note]] {
    let kept: Kept<[[Int64]]> = read(sets)
    if let known = kept.values[key]?.map(Self.notes(from:)), known.count == count,
      !known.contains(where: { $0 == nil })
    {
      return known.compactMap(\.self)
    }
    guard let notes = try play() else {
      throw WorkbenchError.stopped(doing: "measure the gauge")
    }
    keep(notes.map(Self.numbers(of:)), for: key, most: Self.mostSets, in: sets)
    return notes
  }

  /// Notes as numbers, four each, times in nanoseconds.
  private static func numbers(of notes: [Note]) -> [Int64] {
    notes.flatMap { [$0.start, $0.end, Int64($0.pitch), Int64($0.velocity)] }
  }

  private static func notes(from numbers: [Int64]) -> [Note]? {
    guard numbers.count % 4 == 0 else { return nil }
    var notes: [Note] = []
    for first in stride(from: 0, to: numbers.count, by: 4) {
      let (start, end) = (numbers[first], numbers[first + 1])
      guard start >= 0, end >= start, 0...127 ~= numbers[first + 2], 1...127 ~= numbers[first + 3]
      else { return nil }
      notes.append(
        Note(
          pitch: UInt8(numbers[first + 2]), velocity: UInt8(numbers[first + 3]), start: start,
          end: end))
    }
    return notes
  }
}

extension GaugeCalibration {
  /// The calibration of a gauge by takes.
  ///
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``, also if it gives all takes the same.
  init(of gauge: Gauge, by takes: [[Note]]) throws {
    let values = try gauge.values(of: takes.map { GaugedMusic($0) })
    let longest = takes.flatMap { $0 }.map(\.end).max() ?? 0
    let boundaries = Int(longest / 2_000_000_000)
    let prefixes = try (0..<boundaries).map { boundary in
      try gauge.values(of: takes.map { GaugedMusic($0, upTo: boundary + 1) })
    }
    guard let calibration = GaugeCalibration(of: values, until: prefixes) else {
      throw WorkbenchError.badGauge(
        name: gauge.name,
        cause: "it gives all \(takes.count) unsteered takes the same, "
          + "\(values.first.map { "\($0)" } ?? "nothing"), so that there is nothing to steer by")
    }
    self = calibration
  }
}
