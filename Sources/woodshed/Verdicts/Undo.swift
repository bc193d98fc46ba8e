import ArgumentParser
import Workbench

struct Undo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take back the last keep, discard, rating or note.",
    discussion: """
      woodshed undo
      woodshed undo 12

      What you said of several takes at once is taken back of all of them. Again and again it \
      goes further back; what stood before stands again.
      """)

  @Argument(help: "Only of this take.")
  var take: TakeName?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().undo(of: take))
  }
}
