import MIDI
import Player
import Work

/// That takes are to have more of what a gauge measures, or less.
public struct Toward: Hashable, Codable, Sendable {
  /// The gauge: a file's path, or a built-in name; behind a colon, the take that it compares with.
  public var gauge: String
  /// By how many spreads of unsteered takes their mean is to rise, about; below 0 it falls.
  public var strength = 1.0

  /// Toward a gauge, by one spread.
  public init(_ gauge: String) { self.gauge = gauge }

  /// The names of the gauges that are built in; "like" needs a take behind a colon.
  public static var builtInNames: [String] { BuiltInGauge.allCases.map(\.rawValue) }

  /// The strengths that there are.
  public static let strengths = -5.0...5.0

  /// Checks the strength.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws { try Setting.strength.require(strength, in: Self.strengths) }
}

extension Setting {
  /// How far toward a gauge.
  static let strength = Setting("strength")
}

/// A gauge that streams compete by.
struct GaugeSteering: Sendable {
  let gauge: Gauge
  let calibration: GaugeCalibration
  /// The exponent of its spreads.
  let pull: Double

  /// Steering that moves the mean of takes by `strength` spreads, about.
  init(gauge: Gauge, calibration: GaugeCalibration, strength: Double) {
    self.init(gauge: gauge, calibration: calibration, pull: calibration.pull(for: strength))
  }

  /// Steering with a pull.
  init(gauge: Gauge, calibration: GaugeCalibration, pull: Double) {
    self.gauge = gauge
    self.calibration = calibration
    self.pull = pull
  }

  /// The log weights of what streams have played.
  ///
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``.
  func weigh(_ prefixes: [Competition.Prefix]) throws -> [Float] {
    let music = prefixes.map { GaugedMusic($0.notes, upTo: $0.boundary) }
    return zip(prefixes, try gauge.values(of: music)).map { prefix, value in
      let weight = pull * calibration.forecast(value, at: prefix.boundary)
      return Float(max(-1000, min(1000, weight)))
    }
  }

  /// A competition by the gauge, besides what constraints weigh.
  var competition: Competition {
    var competition = Competition()
    // A gauge tells little apart in two seconds, and all of it counts. With a threshold of 0.5 streams were
    // hardly ever drawn anew, since six of eight counted.
    competition.threshold = 0.95
    competition.judge = { try weigh($0) }
    return competition
  }
}
