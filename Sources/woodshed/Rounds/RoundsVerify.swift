import ArgumentParser
import Console
import Workbench

struct RoundsVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Train a round again from its record, and say whether the weights are the same.",
    discussion: """
      woodshed rounds verify 2

      It takes as long as the round took, and stores nothing. Exit code 1 when they differ.
      """)

  @Argument(help: "The round's number.", completion: .rounds)
  var round: Int

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try withProgress { try target.find().verify(round: round, progress: $0) }
    try output.print(report)
    try report.requireSameness()
  }
}
