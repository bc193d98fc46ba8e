import ArgumentParser
import Capture
import Console
import Duet
import Foundation
import Player
import Workbench

struct DuetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duet",
    abstract: "Play with the model, live: it listens, answers, and gives way.",
    discussion: """
      woodshed duet
      woodshed duet --to speakers --trade 4
      woodshed duet "Digital Piano" --together --dial 1.5

      It answers when it finds you silent for longer than you would be, by what it has learned of playing; a tap \
      on the soft pedal, the keys of --sign, or Enter ask for an answer at once. Strike a key and it stops. Both sides are \
      recorded: each of your turns and of its answers is a take. At the start it plays the highest key as \
      softly as can be, to find out whether your instrument sends back what it receives.

      Keys: Enter asks for an answer, p and P make it wait less and more, d and D play fewer and more notes, t \
      and T more cautiously and more wildly, s stores what --look-back keeps, Ctrl-C ends.
      """)

  @Argument(
    help: "Ports to hear, by name or numbers; see: woodshed ports", completion: .keyboards)
  var ports: [String] = []

  @Option(
    help: "What it plays to: a port, or speakers; by default the only instrument there is.",
    completion: .instruments)
  var to: String?

  @Option(
    parsing: .unconditional,
    help: "It answers when silences of yours are so long with this probability only, 0-1: 0.01.")
  var patience: Double?

  @Option(
    parsing: .unconditional,
    help: "Seconds that an answer lasts; by default about as long as your phrase, 2 to 12.")
  var length: Double?

  @Option(parsing: .unconditional, help: "You play so many seconds, and it plays as many.")
  var trade: Double?

  @Flag(help: "It goes on when you play, and listens, instead of giving way.")
  var together = false

  @Option(
    help: ArgumentHelp(
      "Keys that ask for an answer when you strike them together, such as \"A0 C8\".",
      discussion: "They are not recorded. By default a tap on the soft pedal asks for one."))
  var sign: String?

  @Option(
    parsing: .unconditional,
    help: "Milliseconds that the instrument is late, as player pianos are: 500 for some.")
  var delay: Double?

  @Flag(help: "Only record, and show what the model hears.")
  var noAnswer = false

  @OptionGroup(title: "Recording") var recording: RecordingOptions
  @OptionGroup var player: ModelOptions
  @OptionGroup(title: "What to play") var controls: ControlOptions
  @OptionGroup var sound: SoundOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard trade != nil else { return }
    for (name, isGiven) in [("length", length != nil), ("patience", patience != nil)] where isGiven
    {
      throw ValidationError("cannot use --\(name) with --trade, which says when each of you plays")
    }
  }

  func run() async throws {
    var request = DuetRequest()
    request.model = player.model
    request.dial = player.dial
    request.port = to
    request.precision = player.engine.precision
    request.seed = player.seed
    if let patience { request.settings.patience = patience }
    request.settings.seconds = length
    request.settings.tradeSeconds = trade
    request.settings.together = together
    request.settings.answers = !noAnswer
    request.settings.temperature = player.temperature
    request.settings.topP = player.topP
    request.settings.controls = try controls.controls()
    request.like = controls.like?.text
    request.delay = delay
    var recording = recording.request(of: ports)
    if let sign { try recording.setSign(sign) }
    let report = try await duet(
      request, recording: recording, sound: sound.request, format: output.format,
      in: target.find())
    if output.format == .text { try output.print(report) }
    guard report.rescueFiles.isEmpty, report.lostEvents == 0 else { throw ExitCode.failure }
  }
}
