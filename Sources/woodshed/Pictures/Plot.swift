import ArgumentParser
import Workbench

/// `woodshed plot`: pictures as SVG or PNG.
struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a take, the rounds, a style or the practice as SVG or PNG.",
    discussion: """
      woodshed plot last
      woodshed plot rounds --to rounds.png
      """,
    subcommands: [PlotTake.self, PlotRounds.self, PlotStyle.self, PlotPractice.self],
    defaultSubcommand: PlotTake.self)
}

struct PlotTake: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "take",
    abstract: "Draw a take as a piano roll: loudness as colour, the pedal below.",
    discussion: """
      woodshed plot take last
      woodshed plot 12 --to take.png --scheme dark
      """)

  @Argument(help: "The take's number, or last.")
  var take: TakeName

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plot(take: take, picture.request))
  }
}

struct PlotRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rounds",
    abstract: "Draw how each round learned, beside the base.",
    discussion: """
      woodshed plot rounds
      """)

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plotRounds(picture.request))
  }
}

struct PlotStyle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "style",
    abstract: "Draw how you, the base and rounds play, measure by measure.",
    discussion: """
      woodshed plot style me base current
      woodshed plot style 1 2

      A model is measured by its takes in the library; one without takes plays two minutes for it.
      """)

  @Argument(help: "Whom to compare: me, base, current, a round's number; the first is filled in.")
  var players: [PlayerName] = [.me, .model(.base), .model(.current)]

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    let line = ProgressLine()
    let report = try project.plotStyle(
      of: players, picture.request, progress: line.show)
    line.finish()
    try output.print(report)
  }
}

struct PlotPractice: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "practice",
    abstract: "Draw how many minutes you played on each day.",
    discussion: """
      woodshed plot practice
      """)

  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plotPractice(picture.request))
  }
}

/// `--to` and `--scheme`, for every picture.
struct PictureOptions: ParsableArguments {
  @Option(help: "The file to write, .svg or .png; without it an .svg in the project's exports.")
  var to: String?

  @Option(help: "light, dark, or auto: what the reader's system prefers (a PNG: light).")
  var scheme = PictureRequest().scheme

  var request: PictureRequest {
    var request = PictureRequest()
    request.to = to
    request.scheme = scheme
    return request
  }
}
