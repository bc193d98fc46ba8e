import ArgumentParser
import Console
import Player
import Workbench

struct Infill: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the model play a part of a take anew, between what comes before and after.",
    discussion: """
      woodshed infill last --from 0:12 --to 0:20

      What lies before and after the part stays as it is, to the note.
      """)

  @Argument(help: "The take: its number, or last.")
  var take: TakeName

  @Option(help: "The model plays from here on: 0:12, or seconds.")
  var from: TakeTime

  @Option(help: "The model plays up to here.")
  var to: TakeTime

  @OptionGroup(title: "What to play") var controls: ControlOptions
  @OptionGroup var around: AroundOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = AroundRequest(.infill, take: take.text)
    request.takes.precision = engine.precision
    request.controls = try controls.controls()
    request.like = controls.like?.text
    around.fill(&request)
    request.from = from.seconds
    request.to = to.seconds
    let project = try target.find()
    let report = try withProgress { try project.around(request, progress: $0) }
    try output.print(report)
  }
}
