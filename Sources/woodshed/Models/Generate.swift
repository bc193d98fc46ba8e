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

  @Option(parsing: .unconditional, help: "How many takes.")
  var count = TakeSettings().count

  @Option(parsing: .unconditional, help: "How long each take is, in seconds.")
  var seconds = TakeSettings().seconds

  @Option(
    parsing: .unconditional,
    help: "1 plays as the model was trained; less is more cautious, more is wilder.")
  var temperature = TakeSettings().temperature

  @Option(
    parsing: .unconditional,
    help: "Draw only from the likeliest events that together have this share, 0-1.")
  var topP = TakeSettings().topP

  @Option(help: "Go on from a take's number, last, or a MIDI file.", completion: .primers)
  var after: String?

  @Option(help: "Go on from this moment of it, 3:20 or seconds, instead of its end.")
  var at: TakeTime?

  @Option(help: "base, current, a round's number, or a .safetensors file.")
  var model: ModelName = GenerateRequest().model

  @Option(
    parsing: .unconditional, help: "The seed; the same call with the same seed plays the same.")
  var seed: UInt64?

  @OptionGroup var steering: SteeringOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = GenerateRequest()
    request.takes.count = count
    request.takes.seconds = seconds
    request.takes.temperature = temperature
    request.takes.topP = topP
    request.after = after
    request.at = at?.seconds
    request.model = model
    request.seed = seed
    request.takes.precision = engine.precision
    try steering.fill(&request)
    let project = try target.find()
    let report = try withProgress { try project.generate(request, progress: $0) }
    try output.print(report)
  }
}
