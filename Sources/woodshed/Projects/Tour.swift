import ArgumentParser
import Console
import Workbench

struct Tour: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See the whole loop work, with no keyboard and no files, in under three minutes.",
    discussion: """
      woodshed tour

      A made-up pianist fills a project with about twenty minutes of playing; the base is tuned \
      on it, plays four takes, and a short table shows how far they moved toward that pianist.
      """)

  @Argument(
    help: "The folder to make the project in; a temporary one by default.", completion: .directory)
  var folder: String?

  @Option(help: "The template to start from.", completion: .templates)
  var template = "solo-piano"

  @Option(
    parsing: .unconditional,
    help: "The seed of the made-up pianist, of the tuning and of the takes.")
  var seed: UInt64 = 1

  @OptionGroup var engine: EngineOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try withProgress {
      try Home.find().tour(
        from: template, in: folder, seed: seed, precision: engine.precision, progress: $0)
    }
    try output.print(report)
  }
}
