import ArgumentParser
import Console
import Foundation
import Workbench

struct Play: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play takes: to an instrument, or on this machine's speakers.",
    discussion: """
      woodshed play last
      woodshed play 12 13 --to "Digital Piano"
      woodshed play 12 --from 1:20 --until 1:40 --loop
      woodshed play --unjudged --round 3 --with-primer

      Without --to it plays to the only instrument that is plugged in, else to the only program \
      with a port, else by itself on the speakers (--to speakers), with the best SoundFont it finds.

      On a terminal: space pauses, ← and → wind by five seconds, - and + change the tempo, q ends.
      """)

  @OptionGroup var chosen: ChosenTakes

  @Option(help: "The port to play to, or speakers.", completion: .instruments)
  var to: String?

  @Flag(help: "Begin again at the end.")
  var loop = false

  @Option(parsing: .unconditional, help: "How fast, from 0.25 to 4; 1 as it was played.")
  var tempo = PlayRequest().tempo

  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions

  func run() async throws {
    var request = PlayRequest()
    request.sound = sound.request
    request.takes = chosen.choice
    request.port = to
    request.loops = loop
    request.tempo = tempo
    try await play(target.find().playback(of: request))
  }
}
