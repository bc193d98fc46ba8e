import ArgumentParser
import Console
import Foundation
import Workbench

struct BaseEvaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a template's base on MIDI files, in nats per event.",
    discussion: """
      woodshed base evaluate corpus/test

      Files named SET--… are also summed up by set.
      """)

  @Argument(help: "MIDI files, and folders of them.", completion: .midiFiles)
  var paths: [String]

  @Option(help: "The template whose base is measured.", completion: .templates)
  var template = "solo-piano"

  @Option(help: "Weights to measure instead of the template's.", completion: .weights)
  var model: String?

  @OptionGroup var engine: EngineOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let model =
      try model.map(ResolvedModel.init(file:)) ?? Home.find().template(named: template).base()
    let report = try withProgress {
      try model.evaluate(on: paths, precision: engine.precision, progress: $0)
    }
    try output.print(report)
  }
}
