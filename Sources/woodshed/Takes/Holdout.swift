import ArgumentParser
import Console
import Workbench

struct Holdout: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is set aside for judging, or release what was imported for that.",
    discussion: """
      woodshed holdout
      woodshed holdout --release 12

      What woodshed import --held-out brought in can be released as long as no round was judged by \
      it; the next round may then learn from it. What a round was judged by gives way only to a new \
      choice: woodshed tune --choose-held-out.
      """)

  @Option(
    parsing: .upToNextOption, help: "Take back that these takes were imported for judging.")
  var release: [TakeNames] = []

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    guard release.isEmpty else { return try output.print(project.release(release.names)) }
    try output.print(project.heldOutTakes(withShapes: output.format.draws))
  }
}
