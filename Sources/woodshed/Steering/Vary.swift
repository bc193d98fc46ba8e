import ArgumentParser
import Console
import Player
import Workbench

struct Vary: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Let the model move a take: top line, bass and harmony stay, the rest is played anew.",
    discussion: """
      woodshed vary last --density 3
      woodshed vary 12 --dial 1.5 --loudness 40

      What is kept is the highest and the lowest voice, and the pitch classes of each second.
      """)

  @Argument(help: "The take: its number, or last.")
  var take: TakeName

  @Option(help: "The model plays from here on: 0:12, or seconds.")
  var from: TakeTime?

  @Option(help: "The model plays up to here.")
  var to: TakeTime?

  @OptionGroup(title: "What to play") var controls: ControlOptions
  @OptionGroup var around: AroundOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = AroundRequest(.vary, take: take.text)
    request.takes.precision = engine.precision
    request.controls = try controls.controls()
    request.like = controls.like?.text
    around.fill(&request)
    request.from = from?.seconds
    request.to = to?.seconds
    let project = try target.find()
    let report = try withProgress { try project.around(request, progress: $0) }
    try output.print(report)
  }
}
