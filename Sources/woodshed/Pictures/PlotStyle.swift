import ArgumentParser
import Console
import Workbench

struct PlotStyle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "style",
    abstract: "Draw how you, the base and rounds play, measure by measure.",
    discussion: """
      woodshed plot style me base current
      woodshed plot style 1 2

      A model plays four minutes for it, which are kept nowhere.
      """)

  @Argument(help: "Whom to compare: me, base, current, a round's number; the first is filled in.")
  var players: [PlayerName] = [.me, .model(.base), .model(.current)]

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    let report = try withProgress {
      try project.plotStyle(
        of: players, picture.request, progress: $0)
    }
    try output.print(report)
  }
}
