import ArgumentParser

struct GaugeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gauge",
    abstract: "Try a program of yours that says how much of something music has.",
    discussion: """
      woodshed gauge try shimmer.py
      woodshed generate --toward shimmer.py
      """,
    subcommands: [GaugeTry.self])
}
