import ArgumentParser
import Workbench

struct Keep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep takes: the next round learns from those that a model played.",
    discussion: """
      woodshed keep 12 15 last
      woodshed keep 12 --from 0:14 --until 0:31

      Phrases of a take add up; keeping it whole, or discarding it, ends that. Your own playing \
      is learned from whether you keep it or not. woodshed undo takes the last verdict back. \
      For --until you may say --to.
      """)

  @Argument(help: "Takes: 12, last, or 3-7 for all from 3 to 7.")
  var takes: [TakeNames]

  @Option(
    parsing: .unconditional, help: "Keep only a phrase, from here on: 0:14, or seconds.")
  var from: TakeTime?

  @Option(
    name: [.long, .customLong("to")], parsing: .unconditional,
    help: "Keep only a phrase, up to here.")
  var until: TakeTime?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(
      target.find()
        .judge(takes.names, .keep(from: from?.seconds, to: until?.seconds)))
  }
}
