import ArgumentParser
import Console
import Workbench

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one page to look at and listen to.",
    discussion: """
      woodshed report
      woodshed report --to ~/for-anna.html --takes 12

      Practice, rounds, style, and the newest takes with their sound, in one HTML file that needs \
      no network: send it to a friend.
      """)

  @Option(help: "The file to write; without it report.html in the project's exports.")
  var to: String?

  @Option(parsing: .unconditional, help: "How many of the newest takes.")
  var takes = ReportRequest().takes

  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = ReportRequest()
    request.to = to
    request.takes = takes
    request.sound = sound.request
    let project = try target.find()
    let result = try withProgress { try project.report(request, progress: $0) }
    try output.print(result)
  }
}
