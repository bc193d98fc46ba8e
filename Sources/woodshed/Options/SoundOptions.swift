import ArgumentParser
import Workbench

/// `--soundfont` and `--reverb`, for every command that makes sound.
struct SoundOptions: ParsableArguments {
  @Option(
    help: "A SoundFont (.sf2, .sf3); without it the best there is on this machine.",
    completion: .soundFonts)
  var soundfont: String?

  @Option(parsing: .unconditional, help: "How much of a room is heard, from 0 to 1.")
  var reverb = SoundRequest().reverb

  var request: SoundRequest {
    var request = SoundRequest()
    request.soundFont = soundfont
    request.reverb = reverb
    return request
  }
}
