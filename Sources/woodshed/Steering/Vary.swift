import ArgumentParser
import Workbench

struct Vary: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Let the model move a take: top line, bass and harmony stay, the rest is played anew.",
    discussion: """
      woodshed vary last --density 3
      woodshed vary 12 --dial 1.5 --loudness 40

      What is kept is the highest and the lowest voice, and the pitch classes of each second.
      """)

  @Option(
    parsing: .unconditional, help: "The model plays from here on: 0:12, or seconds.")
  var from: TakeTime?

  @Option(parsing: .unconditional, help: "The model plays up to here.")
  var to: TakeTime?

  @OptionGroup var around: AroundOptions

  func run() throws { try around.play(.vary, from: from, to: to) }
}
