import ArgumentParser
import Console
import Workbench

struct Takes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the library; what came last stands first.",
    discussion: """
      woodshed takes --origin generated --limit 20
      woodshed takes --kept --rating 4 --since 7d
      woodshed takes --unjudged --round 3

      Of several of these a take is listed to which all apply.
      """)

  @OptionGroup var which: TakeFilterOptions

  @Option(help: "Only takes whose source has these letters in its name.")
  var search: String?

  @Option(parsing: .unconditional, help: "At most this many; 0 for all.")
  var limit = 50

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var filter = which.filter
    filter.search = search
    filter.limit = limit
    try output.print(target.find().takes(matching: filter, withShapes: output.format.draws))
  }
}
