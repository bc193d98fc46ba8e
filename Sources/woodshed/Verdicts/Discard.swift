import ArgumentParser
import Workbench

struct Discard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Discard takes: no round is ever trained on them.",
    discussion: """
      woodshed discard 13 14

      They stay in the library, and woodshed undo takes the verdict back.
      """)

  @Argument(help: "Takes: 12, last, or 3-7 for all from 3 to 7.")
  var takes: [TakeNames]

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().judge(takes.names, .discard))
  }
}
