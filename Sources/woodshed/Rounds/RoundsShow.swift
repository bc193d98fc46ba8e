import ArgumentParser
import Workbench

struct RoundsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show all that is on record of a round.",
    discussion: """
      woodshed rounds show 2
      """)

  @Argument(help: "The round's number.", completion: .rounds)
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().show(round: round))
  }
}
