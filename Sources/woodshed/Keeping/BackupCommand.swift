import ArgumentParser
import Console
import Workbench

struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the whole project into one file.",
    discussion: """
      woodshed backup /media/stick/
      woodshed backup ~/blues.tar

      The settings, the library and the models go into one tar, also while a recording runs. In a \
      folder it gets a name of project and time. It is read back before it gets its name, and only \
      you can read it. What can be made again is not in it: exports, the cache, and a tuning \
      that was interrupted; nor are the copies of deleted takes.
      """)

  @Argument(
    help: "A file that is not there yet, or a folder.", completion: .file(extensions: ["tar"]))
  var file: String

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try withProgress { try target.find().backUp(to: file, progress: $0) }
    try output.print(report)
  }
}
