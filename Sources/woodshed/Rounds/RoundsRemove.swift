import ArgumentParser
import Workbench

struct RoundsRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove the weights of a round that is not in use; its record stays.",
    discussion: """
      woodshed rounds remove 1
      """)

  @Argument(help: "The round's number.", completion: .rounds)
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().removeWeights(ofRound: round))
  }
}
