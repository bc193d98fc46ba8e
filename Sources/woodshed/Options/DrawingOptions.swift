import ArgumentParser
import Player
import Workbench

/// By what model takes are drawn, and how.
struct DrawingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "How many takes.")
  var count = TakeSettings().count

  @OptionGroup var player: ModelOptions

  var model: ModelName { player.model }
  var dial: Double? { player.dial }
  var seed: UInt64? { player.seed }

  var settings: TakeSettings {
    var settings = TakeSettings()
    settings.count = count
    settings.temperature = player.temperature
    settings.topP = player.topP
    settings.precision = player.engine.precision
    return settings
  }
}
