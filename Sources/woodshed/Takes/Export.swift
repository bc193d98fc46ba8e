import ArgumentParser
import Console
import Workbench

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write takes as Standard MIDI Files.",
    discussion: """
      woodshed export 12 13
      woodshed export --origin generated --to ~/Music
      woodshed export last --to - | aplaymidi --port 20 -

      Without --to the files go to the project's exports folder. A file that is there already is \
      written anew.
      """)

  @Argument(help: "The takes: 12, last, or 3-7 for all from 3 to 7.")
  var takes: [TakeNames] = []

  @Option(help: "All takes of this origin: played, generated or mixed.")
  var origin: TakeFilter.Origin?

  @Option(
    help: "The folder to write to; for one take also a file, .mid, or - for standard output.",
    completion: .midiFiles)
  var to: String?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !takes.isEmpty || origin != nil else {
      throw ValidationError("Name takes by number, or all of an origin by --origin.")
    }
  }

  func run() throws {
    let project = try target.find()
    if to == "-" { return try standardOutput(project.midiFile(of: takes.names, origin: origin)) }
    try output.print(project.export(takes.names, origin: origin, to: to))
  }
}
