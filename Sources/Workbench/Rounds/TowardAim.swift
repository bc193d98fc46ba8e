import Library
import MIDI
import Network
import Performance
import Player
import Rounds
import Work

/// A gauge that a round is trained toward, and the takes that were played toward it.
struct TowardAim {
  /// How the round is trained.
  let training: TowardTraining
  private let measure: GaugeMeasure
  private let numbers: TowardNumbers

  /// Measures what weights play by a gauge.
  fileprivate struct GaugeMeasure {
    let gauge: Gauge
    let calibration: GaugeCalibration
    let unsteered: UnsteeredTakes

    /// What the gauge gives takes, in spreads above the unsteered ones.
    func spreads(of takes: [[Note]]) throws -> Estimate {
      let values = try gauge.values(of: takes.map { GaugedMusic($0) })
      return Estimate(meanOf: values.map(calibration.spreads))
    }

    /// What weights play unsteered; a request to stop is ignored.
    func takes(
      by weights: Weights, seed: UInt64 = UnsteeredTakes.seed, _ progress: @escaping ProgressHandler
    ) throws -> [[Note]] {
      var unsteered = unsteered
      unsteered.networks = [SampledNetwork(weights, precision: nil)]
      return try unsteered.play("listening to the round", seed: seed) { now in
        _ = progress(now)
        return true
      } ?? []
    }
  }

  /// Takes that judge a round are drawn by another seed than those that chose how far it goes.
  private static let judgingSeed: UInt64 = 0x6A75_6768

  /// How much is played.
  struct Extent {
    /// The number of takes that are played toward the gauge, and as many unsteered ones.
    var takes = 64...256
    /// The number of takes that models are measured by.
    var measured = UnsteeredTakes.count
    /// Seconds of each take.
    var seconds = TakeSettings().seconds
  }

  /// By how many spreads the takes are to have more of it that the round is trained on.
  private static let strengthOfTakes = 3.0

  /// Plays the takes.
  ///
  /// - Parameters:
  ///   - measure: The gauge, measured by what the model plays unsteered that the round starts from.
  ///   - mostNats: The most nats per event that the held-out takes may have; `nil` if the start says.
  ///   - eventsPerTake: How many events an unsteered take has.
  /// - Throws: ``WorkbenchError``, `NetworkError`.
  fileprivate init(
    _ measure: GaugeMeasure, strength: Double, for plan: TunePlan, mostNats: Double?,
    extent: Extent, eventsPerTake: Double, progress: @escaping ProgressHandler
  ) throws {
    self.measure = measure
    let gauge = measure.gauge
    let wanted = TowardTraining.wantedEvents(beside: plan)
    var unsteered = measure.unsteered
    unsteered.settings.count = min(
      extent.takes.upperBound,
      max(
        extent.takes.lowerBound,
        Int((wanted / TowardTraining.usualWeight / max(1, eventsPerTake)).rounded(.up))))
    let steering = GaugeSteering(
      gauge: gauge, calibration: measure.calibration,
      strength: strength < 0 ? -Self.strengthOfTakes : Self.strengthOfTakes)
    let seed = plan.settings.seed
    let played = try unsteered.play(
      "playing toward \(gauge.name)", seed: seed, competition: steering.competition,
      progress: progress)
    let plain = try unsteered.play("playing unsteered takes", seed: seed, progress: progress)
    guard let played, let plain else { throw RoundsError.stoppedToward }
    func prepared(_ takes: [[Note]]) -> [PreparedNotes] {
      takes.map { PreparedNotes($0, longestSilence: .max) }
    }
    let takes = prepared(played)
    let events = takes.reduce(0) { $0 + $1.tokens().count }
    let weight = TowardTraining.weight(of: events, beside: plan)
    let weighted = weight * Double(events)
    let own = wanted * (1 - TowardTraining.share) / TowardTraining.share
    numbers = TowardNumbers(
      gauge: gauge.name, digest: gauge.digest, strength: strength, takes: takes.count,
      share: weighted / max(1, weighted + own),
      made: try measure.spreads(of: played))
    training = TowardTraining(
      aim: strength, takes: takes, unsteered: prepared(plain), weight: weight, mostNats: mostNats
    ) { weights in
      let takes = try measure.takes(by: weights, progress)
      return .init(spreads: try measure.spreads(of: takes), variety: Variety(of: takes))
    }
  }

  /// What came of it: what the gauge gives what the round plays unsteered.
  ///
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``, `NetworkError`.
  func numbers(of weights: Weights, progress: @escaping ProgressHandler) throws -> TowardNumbers {
    var numbers = numbers
    numbers.played = try measure.spreads(
      of: measure.takes(by: weights, seed: Self.judgingSeed, progress))
    return numbers
  }

  /// Ends the gauge's program.
  func end() { measure.gauge.end() }
}

extension Project {
  /// Measures a gauge by what the model plays that a round starts from, and plays the takes for the round.
  ///
  /// - Throws: ``WorkbenchError``, `NetworkError`, `LibraryError`.
  func aim(
    at toward: Toward, for plan: TunePlan, extent: TowardAim.Extent,
    progress: @escaping ProgressHandler
  ) throws -> TowardAim {
    let gauge = try gauge(named: toward.gauge)
    do {
      var settings = TakeSettings()
      (settings.count, settings.seconds) = (extent.measured, extent.seconds)
      let chosen = try chosen(plan.parent.map { .round($0) } ?? .base, precision: nil)
      let unsteered = try unsteered(by: chosen, dial: nil, settings, count: extent.measured)
      let steering = try steering(
        toward: gauge, strength: toward.strength, from: unsteered, progress: progress)
      let notes = try unsteeredNotes(unsteered, progress: progress)
      let events = notes.reduce(0) { $0 + PreparedNotes($1).tokens().count }
      return try TowardAim(
        .init(gauge: gauge, calibration: steering.calibration, unsteered: unsteered),
        strength: toward.strength, for: plan, mostNats: mostNats(of: plan),
        extent: extent, eventsPerTake: Double(events) / Double(max(1, notes.count)),
        progress: progress)
    } catch {
      gauge.end()
      throw error
    }
  }

  /// The bound that a round toward something inherits from a parent that was trained toward something, too,
  /// and is judged by the same takes: so a chain of them is bounded as one.
  private func mostNats(of plan: TunePlan) throws -> Double? {
    guard let parent = plan.parent,
      let numbers = try library.round(number: parent)?.roundNumbers, let toward = numbers.toward
    else { return nil }
    let judges = try library.takes(ofRound: parent).filter { $0.role == .heldOut }.map(\.take)
    guard Set(judges) == Set(plan.heldOut.map(\.number)) else { return nil }
    return toward.mostNats
  }
}
