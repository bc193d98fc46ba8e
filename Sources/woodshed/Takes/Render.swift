import ArgumentParser
import Console
import Workbench

struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make sound files of takes, faster than they were played.",
    discussion: """
      woodshed render last --to ~/last.flac --with-primer
      woodshed render 12 --from 1:20 --until 1:40
      woodshed render --kept --rating 4 --as ogg

      Without --to the files go to the project's exports folder. A file that is there already is \
      written anew. Of a take of which you kept only phrases, --kept takes the phrases, each into \
      a file of its own.
      """)

  @OptionGroup var chosen: ChosenTakes

  @Option(
    help: "The file to write, .wav, .flac, .ogg or .mp3; or a folder.",
    completion: .file(extensions: ["wav", "flac", "ogg", "mp3"]))
  var to: String?

  @Option(
    name: .customLong("as"), help: "wav, flac, ogg or mp3; by default what the file's name says.")
  var kind: RenderRequest.Kind?

  @Option(
    parsing: .unconditional,
    help: "How loud the loudest moment is, in decibels; 0 is as loud as a file can be.")
  var gain = SoundRequest().gain

  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = RenderRequest()
    request.takes = chosen.choice
    request.to = to
    request.kind = kind
    request.sound = sound.request
    request.sound.gain = gain
    let project = try target.find()
    let report = try withProgress { try project.render(request, progress: $0) }
    try output.print(report)
  }
}
