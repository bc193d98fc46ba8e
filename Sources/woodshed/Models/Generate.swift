import ArgumentParser
import Console
import Player
import Workbench

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the model play: new takes into the library.",
    discussion: """
      woodshed generate --count 8 --after last
      woodshed generate --after 6 --at 3:20

      All takes of a call are played side by side. --after starts from a take (a number, or last: \
      the newest that you played and that is not held out) or from a MIDI file; the new takes go on from it and do not repeat it. With \
      --at they go on from what was played up to that moment, which play --with-primer lets you hear.
      """)

  @Option(parsing: .unconditional, help: "How long each take is, in seconds.")
  var seconds = TakeSettings().seconds

  @Option(help: "Go on from a take's number, last, or a MIDI file.", completion: .primers)
  var after: String?

  @Option(
    parsing: .unconditional,
    help: "Go on from this moment of it, 3:20 or seconds, instead of its end.")
  var at: TakeTime?

  @Option(help: "Begin with these keys, \"C4 E4 G4\"; C4 is middle C.")
  var fromNotes: String?

  @OptionGroup(title: "What to play") var controls: ControlOptions
  @OptionGroup var gauge: GaugeOptions
  @OptionGroup var drawing: DrawingOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = GenerateRequest()
    request.takes = drawing.settings
    request.takes.seconds = seconds
    request.after = after
    request.at = at?.seconds
    request.fromNotes = fromNotes
    request.model = drawing.model
    request.dial = drawing.dial
    request.controls = try controls.controls()
    request.like = controls.like?.text
    request.toward = try gauge.request()
    request.seed = drawing.seed
    let project = try target.find()
    let report = try withProgress { try project.generate(request, progress: $0) }
    try output.print(report)
  }
}
