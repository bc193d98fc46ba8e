import ArgumentParser
import Console
import Player
import Workbench

struct GaugeTry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "See what a gauge gives takes that nothing steers, and yours.",
    discussion: """
      woodshed gauge try shimmer.py
      woodshed gauge try wide.sql --to ~/wide
      woodshed gauge try like:12

      A gauge is a program that is started once, reads a line of JSON for each piece of music and \
      answers with a number: more is more of it. An .sql file is a query over note(start, end, \
      pitch, velocity), times in seconds. Behind a colon stands what it compares with, a take or a \
      MIDI file. It runs with your rights, so look into one that is not yours. Examples are in \
      Templates/gauges. Nothing is added to the library; play your own takes by their numbers, and the \
      unsteered ones from the files that --to writes.
      """)

  @Argument(
    help: "A program, an .sql file, or a name: \(Toward.builtInNames.joined(separator: ", ")).",
    completion: .gauges)
  var gauge: String

  @Option(parsing: .unconditional, help: "How many takes the model plays for it.")
  var count = GaugeTrialRequest("").takes.count

  @Option(parsing: .unconditional, help: "How long each of them is, in seconds.")
  var seconds = TakeSettings().seconds

  @Option(help: "base, current, a round's number, or a .safetensors file.")
  var model: ModelName = GenerateRequest().model

  @Option(
    help: "A folder to write the highest and lowest of them to, as MIDI files.",
    completion: .directory)
  var to: String?

  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = GaugeTrialRequest(gauge)
    request.takes.count = count
    request.takes.seconds = seconds
    request.takes.precision = engine.precision
    request.model = model
    request.to = to
    let project = try target.find()
    let report = try withProgress { try project.tryGauge(request, progress: $0) }
    try output.print(report)
  }
}
