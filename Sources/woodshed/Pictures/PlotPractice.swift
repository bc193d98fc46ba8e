import ArgumentParser
import Workbench

struct PlotPractice: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "practice",
    abstract: "Draw how many minutes you played on each day.",
    discussion: """
      woodshed plot practice
      """)

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plotPractice(picture.request))
  }
}
