import ArgumentParser
import Player
import Workbench

/// A gauge to steer toward, and how far.
struct GaugeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "More of what your gauge measures: a program, an .sql file, or a name.",
      discussion:
        "The names: \(Toward.builtInNames.joined(separator: ", ")). See: woodshed gauge try"),
    completion: .gauges)
  var toward: String?

  @Option(
    parsing: .unconditional,
    help: "How far toward it: 1 is as far as your model's takes usually differ; below 0, away.")
  var strength: Double?

  func request() throws -> Toward? {
    var toward = Toward(self.toward ?? "")
    if let strength { toward.strength = strength }
    try toward.check()
    guard self.toward != nil else {
      guard strength == nil else {
        throw ValidationError(
          "cannot use --strength without --toward: it says how far toward a gauge")
      }
      return nil
    }
    return toward
  }
}

/// The controls: each a value, or a line over the take.
struct ControlOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Notes a second: 6, or over the take, 2@0 10@20 is from 2 at the beginning to 10 at 20 s."
  )
  var density: String?

  @Option(parsing: .unconditional, help: "The middle of the keys played, C5 or 72, or a line.")
  var register: String?

  @Option(parsing: .unconditional, help: "The mean velocity, 1-127, or a line.")
  var loudness: String?

  @Option(
    parsing: .unconditional,
    help: "How long notes sound over the time to the next: 0.5 is staccato, 1 legato; or a line.")
  var touch: String?

  @Option(
    parsing: .unconditional,
    help: "Only these pitch classes, \"C D E G A\", or twelve weights from C on.")
  var pitches: String?

  @Option(help: "Take what is not said here from a take of yours: its number, or last.")
  var like: TakeName?

  func controls() throws -> Controls {
    var controls = Controls()
    controls.density = try density.map(ControlLine.density)
    controls.register = try register.map(ControlLine.register)
    controls.loudness = try loudness.map(ControlLine.loudness)
    controls.touch = try touch.map(ControlLine.touch)
    controls.pitchClasses = try pitches.map { try PitchClassLine($0) }
    return controls
  }
}
