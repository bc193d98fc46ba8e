import ArgumentParser
import Console
import Player
import Workbench

struct Perform: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a score with your timing and touch.",
    discussion: """
      woodshed perform nocturne.mid
      woodshed perform nocturne.mid --count 2 --tempo 0.9 --model base

      Every note of the score is played once and none is added; the model chooses when, how loud \
      and how long, near the file's tempo. Of a take of yours the onsets stay as you played them, \
      and only the touch is new. Each reading is a new take.
      """)

  @Argument(help: "A MIDI file, a take's number, or last.", completion: .primers)
  var score: String

  @Option(parsing: .unconditional, help: "How many readings.")
  var count = PerformRequest(of: "").count

  @Option(help: "base, current, a round's number, or a .safetensors file.")
  var model: ModelName = PerformRequest(of: "").model

  @Option(
    parsing: .unconditional,
    help: "From the base, 0, to the model, 1, and beyond: 1.5 is more you than you.")
  var dial: Double?

  @Option(
    parsing: .unconditional,
    help: "Times the file's tempo, 0.25-4, or quarters a minute at its beginning, 20-400.")
  var tempo = PerformRequest(of: "").tempo

  @Option(
    parsing: .unconditional,
    help: "1 plays as the model was trained; less is more cautious, more is wilder.")
  var temperature = PerformRequest(of: "").temperature

  @Option(
    parsing: .unconditional, help: "How many tries compete for each reading; 1 plays on blindly.")
  var streams = PerformRequest(of: "").streams

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How much the score's own likelihood counts, 0-1.", visibility: .hidden))
  var massExponent = PerformRequest(of: "").massExponent

  @Option(
    parsing: .unconditional, help: "The seed; the same call with the same seed plays the same.")
  var seed: UInt64?

  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = PerformRequest(of: score)
    request.count = count
    request.model = model
    request.dial = dial
    request.tempo = tempo
    request.temperature = temperature
    request.streams = streams
    request.massExponent = massExponent
    request.seed = seed
    request.precision = engine.precision
    let project = try target.find()
    let report = try withProgress { try project.perform(request, progress: $0) }
    try output.print(report)
  }
}
