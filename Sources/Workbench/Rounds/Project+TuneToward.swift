import Library
import MIDI
import Network
import Performance
import Player
import Rounds
import Work

/// A gauge that a round is trained toward.
final class TuningGauge {
  private let gauge: Gauge
  private let calibration: GaugeCalibration
  private let strength: Double
  private let playedKeys: ClosedRange<Int>?

  fileprivate init(
    gauge: Gauge, calibration: GaugeCalibration, strength: Double, playedKeys: ClosedRange<Int>?
  ) {
    self.gauge = gauge
    self.calibration = calibration
    self.strength = strength
    self.playedKeys = playedKeys
  }

  deinit { gauge.end() }

  /// What the gauge gives takes, in spreads above the model that played the unsteered ones.
  fileprivate func spreads(of takes: [[Note]]) throws -> Estimate {
    let values = try gauge.values(of: takes.map { GaugedMusic($0) })
    return Estimate(meanOf: values.map(calibration.spreads))
  }

  /// What the gauge gives what weights play unsteered.
  ///
  /// A request to stop is ignored.
  ///
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``, `NetworkError`.
  func spreads(
    ofPlayingBy weights: Weights, progress: @escaping ProgressHandler
  ) throws -> Estimate {
    let takes = try UnsteeredTakes(
      networks: [SampledNetwork(weights, precision: nil)], model: "",
      settings: .toMeasure, playedKeys: playedKeys
    ).play {
      _ = progress($0)
      return true
    }
    return try spreads(of: takes ?? [])
  }

  /// Plays takes toward the gauge, and adds them to a plan.
  ///
  /// - Parameter unsteered: How the model plays that the round starts from.
  /// - Throws: ``WorkbenchError``, `NetworkError`.
  fileprivate func play(
    into plan: inout TunePlan, as unsteered: UnsteeredTakes, eventsPerTake: Double,
    progress: @escaping ProgressHandler
  ) throws {
    let played = plan.takes.reduce(0) { $0 + Double($1.events) * $1.weight }
    let share = TunePlan.shareToward
    // At half the weight of the musician's own events, as many as their share needs.
    let count = 2 * share / (1 - share) * played / max(1, eventsPerTake)
    var settings = unsteered.settings
    settings.count = min(Self.mostTakes, max(Self.fewestTakes, Int(count.rounded(.up))))
    let steering = GaugeSteering(gauge: gauge, calibration: calibration, strength: strength)
    let constraints: [any Constraint] = [KeyRange(after: [], played: unsteered.playedKeys)]
    let generated = try TakeStreams(
      of: unsteered.networks, settings, constraints: constraints, competition: steering.competition,
      seed: plan.settings.seed
    ).generateWhole(activity: "playing toward \(gauge.name)", progress: progress)
    guard let generated else { throw WorkbenchError.stopped(doing: "tune") }
    let takes = generated.map(\.notes).filter { !$0.isEmpty }
    var made = TunePlan.Made(
      takes.map { PreparedNotes($0, longestSilence: .max).tokens() }, share: share, beside: played)
    settings.count = takes.count
    let unsteeredTakes = try TakeStreams(
      of: unsteered.networks, settings, constraints: constraints, seed: plan.settings.seed
    ).generateWhole(activity: "playing unsteered takes", progress: progress)
    guard let unsteeredTakes else { throw WorkbenchError.stopped(doing: "tune") }
    made.contrast = unsteeredTakes.map { PreparedNotes($0.notes, longestSilence: .max).tokens() }
    plan.toward = TowardNumbers(
      gauge: gauge.name, digest: gauge.digest, strength: strength, takes: takes.count,
      share: made.weightedEvents / (made.weightedEvents + played),
      made: try spreads(of: takes))
    plan.made = made
  }

  private static let fewestTakes = 64
  private static let mostTakes = 256
}

extension TakeSettings {
  /// As many takes, and as long, as a gauge is measured by.
  fileprivate static var toMeasure: TakeSettings {
    var settings = TakeSettings()
    settings.count = UnsteeredTakes.count
    return settings
  }
}

extension Project {
  /// Measures a gauge by what the model plays that a round starts from, and plays the takes for the round.
  ///
  /// - Parameter plan: The plan of the round, which gets the takes unless it has some already.
  /// - Returns: The gauge, to measure the round by.
  /// - Throws: ``WorkbenchError``, `NetworkError`, `LibraryError`.
  func aim(
    _ plan: inout TunePlan, toward: Toward, from start: ModelName,
    progress: @escaping ProgressHandler
  ) throws -> TuningGauge {
    let gauge = try gauge(named: toward.gauge)
    do {
      let chosen = try chosen(start, precision: nil)
      let unsteered = try unsteered(by: chosen, dial: nil, .toMeasure)
      let steering = try steering(
        toward: gauge, strength: toward.strength, from: unsteered, progress: progress)
      let aim = TuningGauge(
        gauge: gauge, calibration: steering.calibration, strength: toward.strength,
        playedKeys: unsteered.playedKeys)
      guard plan.made == nil else { return aim }
      let notes = try unsteeredNotes(unsteered, progress: progress)
      let events = notes.reduce(0) { $0 + PreparedNotes($1).tokens().count }
      try aim.play(
        into: &plan, as: unsteered, eventsPerTake: Double(events) / Double(max(1, notes.count)),
        progress: progress)
      return aim
    } catch {
      gauge.end()
      throw error
    }
  }
}
