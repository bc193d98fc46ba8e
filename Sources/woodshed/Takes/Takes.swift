import ArgumentParser
import Console
import Workbench

struct Takes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the library; what came last stands first.",
    discussion: """
      woodshed takes --origin generated --limit 20
      """)

  @Option(help: "Only takes of this origin: played, generated or mixed.")
  var origin: TakeFilter.Origin?

  @Option(help: "Only takes whose source has these letters in its name.")
  var search: String?

  @Option(parsing: .unconditional, help: "At most this many; 0 for all.")
  var limit = 50

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    try output.print(
      project.takes(
        matching: TakeFilter(origin: origin, search: search, limit: limit),
        withShapes: output.format.draws))
  }
}
