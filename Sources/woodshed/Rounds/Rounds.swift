import ArgumentParser
import Workbench

struct Rounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the rounds, and put one to use.",
    discussion: """
      woodshed rounds
      woodshed rounds use 2
      """,
    subcommands: [
      RoundsList.self, RoundsShow.self, RoundsUse.self, RoundsRemove.self, RoundsVerify.self,
    ],
    defaultSubcommand: RoundsList.self)
}

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

struct RoundsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show all that is on record of a round.",
    discussion: """
      woodshed rounds show 2
      """)

  @Argument(help: "The round's number.")
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().show(round: round))
  }
}

struct RoundsUse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use",
    abstract: "Put a round to use: back to an older one, or a candidate all the same.",
    discussion: """
      woodshed rounds use 2
      woodshed rounds use base

      Nothing is deleted: the round that was in use can be used again.
      """)

  @Argument(help: "The round's number, or base.")
  var round: ModelName

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().use(round))
  }
}

struct RoundsRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove the weights of a round that is not in use; its record stays.",
    discussion: """
      woodshed rounds remove 1
      """)

  @Argument(help: "The round's number.")
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().removeWeights(ofRound: round))
  }
}

struct RoundsVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Train a round again from its record, and say whether the weights are the same.",
    discussion: """
      woodshed rounds verify 2

      It takes as long as the round took, and stores nothing. Exit code 1 when they differ.
      """)

  @Argument(help: "The round's number.")
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let line = ProgressLine()
    let report = try target.find().verify(round: round, progress: line.show)
    line.finish()
    try output.print(report)
    if !report.isSame {
      throw WorkbenchError.notRepeatable(number: round, cause: "its weights came out different")
    }
  }
}
