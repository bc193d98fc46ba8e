import ArgumentParser
import Console
import Workbench

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete takes for good, but for a MIDI file of each.",
    discussion: """
      woodshed delete 12
      woodshed delete 14-17 --yes

      What you said of them goes, too; a copy of each is left in the project's folder deleted, and \
      woodshed import brings it back under a new number. A take that a round was trained on or judged \
      by, that another take goes on from, or that was heard blind, stays. To keep models from a take \
      it is enough to discard it.
      """)

  @Argument(help: "Takes: 12, last, or 3-7 for all from 3 to 7.")
  var takes: [TakeNames]

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let deletion = try target.find().delete(takes.names) { try yes || isConfirmed($0.question) }
    try output.print(deletion)
  }
}
