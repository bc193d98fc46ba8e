import ArgumentParser
import Workbench

struct Rate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a take is worth to you, from 1 to 5.",
    discussion: """
      woodshed rate 12 4
      """)

  @Argument(help: "The take's number, or last.")
  var take: TakeName

  @Argument(help: "From 1 to 5.")
  var rating: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().judge([take], .rate(rating)))
  }
}
