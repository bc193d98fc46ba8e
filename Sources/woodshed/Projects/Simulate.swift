import ArgumentParser
import Console
import Foundation
import Workbench

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the loop with a made-up pianist and a listener with a hidden taste.",
    discussion: """
      woodshed simulate /tmp/simulated

      An experiment for contributors; Tests/simulated-musician runs it with and without the rules \
      of the loop.
      """,
    shouldDisplay: false)

  @Argument(help: "The folder to make the project in.", completion: .directory)
  var folder: String

  @Option(help: "The template to start from.", completion: .templates)
  var template = "solo-piano"

  @Option(parsing: .unconditional, help: "Rounds.")
  var rounds = Simulation().rounds

  @Option(parsing: .unconditional, help: "Minutes of playing before the first round.")
  var minutes = Simulation().minutes

  @Option(parsing: .unconditional, help: "Takes that are heard and judged after each round.")
  var takes = Simulation().takes

  @Option(parsing: .unconditional, help: "Passes of a round.")
  var passes = Simulation().passes

  @Option(
    parsing: .unconditional,
    help: "Minutes that the model in use plays to be measured after each round.")
  var measuredMinutes = Simulation().measuredMinutes

  @Flag(help: "Every third take is kept, whatever it is like.")
  var blindly = false

  @Flag(help: "Without the rules: chained rounds, a low temperature, nothing of one's own.")
  var unguarded = false

  @OptionGroup var gauge: GaugeOptions

  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOptions

  func run() throws {
    var simulation = Simulation()
    simulation.rounds = rounds
    simulation.minutes = minutes
    simulation.takes = takes
    simulation.passes = passes
    simulation.measuredMinutes = measuredMinutes
    simulation.toward = try gauge.request()
    simulation.hasTaste = !blindly
    simulation.isGuarded = !unguarded
    simulation.seed = seed
    let report = try withProgress {
      try simulation.run(
        from: Home.find().template(named: template), in: folder, progress: $0)
    }
    try output.print(report)
  }
}
