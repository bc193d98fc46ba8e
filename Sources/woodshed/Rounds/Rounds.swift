import ArgumentParser

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
