import ArgumentParser
import Console
import Workbench

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a model predicts MIDI files, in nats per event.",
    discussion: """
      woodshed evaluate --model current ~/midi/new

      Each file is read whole from a silent start; its first event is not counted. Lower is \
      better: 0.1 less means that the model finds every event about a tenth likelier.
      """)

  @Argument(help: "MIDI files, and folders of them.", completion: .midiFiles)
  var paths: [String]

  @Option(help: "base, current, a round's number, or a .safetensors file.")
  var model: ModelName = .current

  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let model = try model.resolved { try target.find() }
    let report = try withProgress {
      try model.evaluate(on: paths, precision: engine.precision, progress: $0)
    }
    try output.print(report)
  }
}
