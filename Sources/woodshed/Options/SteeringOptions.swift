import ArgumentParser
import Player
import Workbench

/// What is asked of the takes that a model plays.
struct SteeringOptions: ParsableArguments {
  @Option(help: "Begin with these keys, \"C4 E4 G4\"; C4 is middle C.")
  var fromNotes: String?

  @OptionGroup(title: "What to play") var controls: ControlOptions

  @Option(
    parsing: .unconditional,
    help: "From the base, 0, to the model, 1, and beyond: 1.5 is more you than you.")
  var dial: Double?

  func fill(_ request: inout GenerateRequest) throws {
    request.fromNotes = fromNotes
    request.controls = try controls.controls()
    request.like = controls.like?.text
    request.dial = dial
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
