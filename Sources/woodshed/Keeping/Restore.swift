import ArgumentParser
import Console
import Workbench

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a project again from a backup.",
    discussion: """
      woodshed restore /media/stick/blues-2026-11-25-043012.tar
      woodshed restore ~/blues.tar --to "blues as it was"

      All is checked before the project gets its name, and nothing is ever written over.
      """)

  @Argument(help: "What woodshed backup wrote.", completion: .file(extensions: ["tar"]))
  var file: String

  @Option(
    help: "The project's new name, or a path; its own name otherwise.", completion: .directory)
  var to: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try withProgress {
      try Project.restore(from: file, to: to, in: .find(), progress: $0)
    }
    try output.print(report)
  }
}
