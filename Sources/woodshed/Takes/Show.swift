import ArgumentParser
import Workbench

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one take: where it comes from and how it was played.",
    discussion: """
      woodshed show 12
      woodshed show last
      """)

  @Argument(help: "The take's number, or last.")
  var take: TakeName

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().show(take))
  }
}
