import ArgumentParser
import Console
import Workbench

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one page to look at and listen to.",
    discussion: """
      woodshed report
      woodshed report --to ~/for-anna.html --takes 12
      woodshed report 8-10 12

      Takes with their sound, practice, rounds and style, in one HTML file that needs no network: \
      send it to a friend. Without takes it has the newest that you did not discard. Your notes \
      stay yours, unless you say --notes.
      """)

  @Argument(
    help: "The takes that it shows: 12, last, or 3-7 for all from 3 to 7; without any the newest.")
  var shown: [TakeNames] = []

  @Option(
    help: "The file to write; without it report.html in the project's exports.",
    completion: .file(extensions: ["html"]))
  var to: String?

  @Option(parsing: .unconditional, help: "How many of the newest takes.")
  var takes = ReportRequest().takes

  @Flag(help: "Show your notes on takes, too.")
  var notes = false

  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = ReportRequest()
    request.to = to
    request.takes = takes
    request.chosen = shown.names
    request.notes = notes
    request.sound = sound.request
    let project = try target.find()
    let result = try withProgress { try project.report(request, progress: $0) }
    try output.print(result)
  }
}
