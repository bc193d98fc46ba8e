import ArgumentParser
import Workbench

struct RoundsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the rounds, oldest first.",
    discussion: """
      woodshed rounds list
      """)

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().rounds())
  }
}
