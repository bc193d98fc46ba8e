import ArgumentParser
import Workbench

struct RoundsUse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use",
    abstract: "Put a round to use: back to an older one, or a candidate all the same.",
    discussion: """
      woodshed rounds use 2
      woodshed rounds use base

      Nothing is deleted: the round that was in use can be used again.
      """)

  @Argument(help: "The round's number, or base.", completion: .roundsAndBase)
  var round: ModelName

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().use(round))
  }
}
