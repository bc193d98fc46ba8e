import ArgumentParser
import Console
import Player
import Rounds
import Workbench

struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fine-tune the base on your playing: one round.",
    discussion: """
      woodshed tune

      About a tenth of your playing is set aside before the first round, by whole pieces, and never \
      trained on: takes that share figures, in any key and tempo, are one piece. The rest is \
      trained on in three parts, each time without one of them, which says how far to go; the mean \
      of the three is the round. Ctrl-C keeps what there is so far; --resume goes on from there.

      A round learns from all you played and, lightly, from what you kept of what models played. \
      It is put to use when it gains more than chance on the pieces set aside, or stays near the \
      base, and plays as variedly as before; else it is a candidate. woodshed tune --dry-run says \
      what it would learn from.

      --toward trains the model in use, or that of --from, toward a gauge of yours: a third of what it \
      learns from are takes that it plays itself, pulled toward the gauge. It goes as far as --strength \
      says, 1 or up to 3, unless it would play less like you or less varied. What you kept is left \
      out, and such a round is always a candidate.

      --repertoire learns the pieces you practise by heart instead. It goes all the way, whatever \
      that does to other music of yours; what it costs is said.
      """)

  @Option(parsing: .unconditional, help: "Passes over your playing, at most.")
  var passes: Int?

  @Option(parsing: .unconditional, help: "The highest learning rate.")
  var learningRate: Double?

  @Option(parsing: .unconditional, help: "Stop after this many minutes.")
  var minutes: Double?

  @Flag(help: "Learn the pieces you practise by heart, at the cost of other music.")
  var repertoire = false

  @Flag(help: "Choose again which pieces are set aside; older rounds keep their numbers.")
  var chooseHeldOut = false

  @Flag(help: "Go on with a tuning that was stopped.")
  var resume = false

  @Flag(
    help: "Let it play at each look at the held-out takes, into the project's exports/sketches.")
  var sketches = false

  @Option(help: "Start from a round instead of the base, by its number.")
  var from: ModelName?

  @OptionGroup var gauge: GaugeOptions

  @Flag(help: "Say what it would learn from, and train nothing.")
  var dryRun = false

  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed: UInt64?

  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard engine.precision != .int8 else {
      throw ValidationError(
        "cannot use --precision int8 here: it is for generating, not for training")
    }
    let given = [
      passes == nil ? nil : "--passes", learningRate == nil ? nil : "--learning-rate",
      seed == nil ? nil : "--seed", from == nil ? nil : "--from",
      repertoire ? "--repertoire" : nil, chooseHeldOut ? "--choose-held-out" : nil,
    ].compactMap(\.self)
    let unfit = [
      repertoire ? "--repertoire" : nil, resume ? "--resume" : nil, sketches ? "--sketches" : nil,
    ].compactMap(\.self)
    guard gauge.toward == nil || unfit.isEmpty else {
      throw ValidationError(
        "cannot use \(unfit.joined(separator: ", ")) with --toward: such a round is short, and goes its "
          + "own way")
    }
    guard resume, !given.isEmpty else { return }
    throw ValidationError(
      "cannot use \(given.joined(separator: ", ")) with --resume: it goes on as it was begun")
  }

  func run() throws {
    let project = try target.find()
    var request = TuneRequest(settings: project.settings.tune)
    request.settings.passes = passes ?? request.settings.passes
    request.settings.learningRate = learningRate ?? request.settings.learningRate
    request.settings.seed = seed ?? request.settings.seed
    request.settings.repertoire = repertoire || request.settings.repertoire
    request.choosesAgain = chooseHeldOut
    request.precision = engine.precision
    request.minutes = minutes
    request.resume = resume
    request.sketches = sketches
    request.toward = try gauge.request()
    request.start = from ?? (request.toward == nil ? .base : .current)
    if dryRun { return try output.print(project.outlook(request)) }
    let report = try withProgress {
      try project.tune(
        request, announce: { standardError(lines: $0.lines) }, progress: $0)
    }
    try output.print(report)
  }
}
