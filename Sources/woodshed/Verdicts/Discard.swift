import ArgumentParser
import Workbench

struct Discard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Discard takes: no round is ever trained on them.",
    discussion: """
      woodshed discard 13 14

      They stay in the library, and woodshed undo takes the verdict back.
      """)

  @Argument(help: "Takes, by number or as last.")
  var takes: [TakeName]

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().judge(takes, .discard))
  }
}
