import ArgumentParser
import Workbench

struct Accompany: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the model play along with a take: your notes stay, its own come around them.",
    discussion: """
      woodshed accompany last --with left
      woodshed accompany 12 --from 0:10 --to 0:40 --density 4

      Every note of the take stays as it is. The model plays beside it, below it, --with left, or above it, \
      --with right; of many tries those go on after which your next notes are likely.
      """)

  @Option(
    parsing: .unconditional, help: "The model plays from here on: 0:12, or seconds.")
  var from: TakeTime?

  @Option(parsing: .unconditional, help: "The model plays up to here.")
  var to: TakeTime?

  @Option(help: "Where the model plays: left of your notes, right of them, or both.")
  var with = AroundRequest.Hand.both

  @OptionGroup var around: AroundOptions

  func run() throws { try around.play(.accompany(with), from: from, to: to) }
}
