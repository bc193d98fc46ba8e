import ArgumentParser
import Foundation
import Workbench

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measure what this machine does, and how long a round will take.",
    discussion: """
      woodshed benchmark
      woodshed benchmark --shape 16x128 --shape 64x128 --format json

      Leave the machine alone while it runs.
      """)

  @Option(parsing: .unconditional, help: "Seconds of each measurement.")
  var seconds = Benchmark().seconds

  @Option(help: "Train with this many lanes and steps, as 16x128; may be given again.")
  var shape: [BatchShape] = []

  @Option(help: "Measure this only; may be given again.")
  var only: [BenchmarkReport.Task] = []

  @Flag(help: "A network without additional input beside the events, as Performance RNN's.")
  var plain = false

  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var benchmark = Benchmark()
    benchmark.seconds = seconds
    benchmark.shapes = shape.map { ($0.lanes, $0.steps) }
    benchmark.isPlain = plain
    if !only.isEmpty { benchmark.tasks = Set(only) }
    benchmark.precision = engine.precision
    // The project is optional unless it was named.
    let project =
      target.project == nil
      ? try? Project.find(named: nil) : try target.find()
    try output.print(benchmark.run(for: project))
  }
}
