import ArgumentParser
import Console
import Workbench

struct BeforeAfter: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "beforeafter",
    abstract: "Write a page with a score as written, by the base, and by you.",
    discussion: """
      woodshed beforeafter nocturne.mid
      woodshed beforeafter nocturne.mid --to ~/for-anna.html --tempo 0.9

      The same notes, to listen to and to look at, in one HTML file that needs no network: all \
      equally loud at their written times, as the base plays them, and as your round in use does. \
      The readings are not kept; perform makes takes of them.
      """)

  @Argument(help: "A MIDI file, a take's number, or last.", completion: .primers)
  var score: String

  @Option(
    help: "The file to write; without it before-after.html in the project's exports.",
    completion: .file(extensions: ["html"]))
  var to: String?

  @Option(
    parsing: .unconditional,
    help: "How far from the base to your round: 1.5 is more you than you.")
  var dial: Double?

  @Option(
    parsing: .unconditional,
    help: "Times the file's tempo, 0.25-4, or quarters a minute at its beginning, 20-400.")
  var tempo = BeforeAfterRequest(of: "").reading.tempo

  @Option(
    parsing: .unconditional, help: "The seed; the same call with the same seed plays the same.")
  var seed: UInt64?

  @OptionGroup var sound: SoundOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = BeforeAfterRequest(of: score)
    request.to = to
    request.reading.dial = dial
    request.reading.tempo = tempo
    request.reading.seed = seed
    request.reading.precision = engine.precision
    request.sound = sound.request
    let project = try target.find()
    let report = try withProgress { try project.beforeAfter(request, progress: $0) }
    try output.print(report)
  }
}
