import ArgumentParser
import Workbench

struct PlotRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rounds",
    abstract: "Draw how each round learned, beside the base.",
    discussion: """
      woodshed plot rounds
      """)

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plotRounds(picture.request))
  }
}
