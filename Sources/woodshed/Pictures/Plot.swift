import ArgumentParser

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
