import ArgumentParser
import Console
import Player
import Workbench

/// What the commands that play around a take have in common.
struct AroundOptions: ParsableArguments {
  @Argument(help: "The take: its number, or last.")
  var take: TakeName

  @OptionGroup(title: "What to play") var controls: ControlOptions
  @OptionGroup var drawing: DrawingOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  /// Plays and prints.
  func play(_ kind: AroundRequest.Kind, from: TakeTime?, to: TakeTime?) throws {
    var request = AroundRequest(kind, take: take.text)
    request.takes = drawing.settings
    request.from = from?.seconds
    request.to = to?.seconds
    request.model = drawing.model
    request.dial = drawing.dial
    request.controls = try controls.controls()
    request.like = controls.like?.text
    request.seed = drawing.seed
    let project = try target.find()
    let report = try withProgress { try project.around(request, progress: $0) }
    try output.print(report)
  }
}
