import ArgumentParser
import Console
import Workbench

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write takes as Standard MIDI Files.",
    discussion: """
      woodshed export 12 13
      woodshed export --kept --since 7d --to ~/Music
      woodshed export last --to - | aplaymidi --port 20 -
      woodshed export 12 --from 1:20 --until 1:40 --to ~/phrase.mid

      Without --to the files go to the project's exports folder. A file that is there already is \
      written anew. Of a take of which you kept only phrases, --kept takes the phrases, each into \
      a file of its own.
      """)

  @OptionGroup var chosen: ChosenTakes

  @Option(
    help: "The folder to write to; for one take also a file, .mid, or - for standard output.",
    completion: .midiFiles)
  var to: String?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    let request = ExportRequest(chosen.choice, to: to)
    if to == "-" { return try standardOutput(project.midiFile(of: request)) }
    try output.print(project.export(request))
  }
}
