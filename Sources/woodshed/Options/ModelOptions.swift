import ArgumentParser
import Player
import Workbench

/// What model plays, and how wildly.
struct ModelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "1 plays as the model was trained; less is more cautious, more is wilder.")
  var temperature = TakeSettings().temperature

  @Option(
    parsing: .unconditional,
    help: "Draw only from the likeliest events that together have this share, 0-1.")
  var topP = TakeSettings().topP

  @Option(help: "base, current, a round's number, or a .safetensors file.")
  var model = ModelName.current

  @Option(
    parsing: .unconditional,
    help: "From the base, 0, to the model, 1, and beyond: 1.5 is more you than you.")
  var dial: Double?

  @Option(
    parsing: .unconditional, help: "The seed; the same call with the same seed plays the same.")
  var seed: UInt64?

  @OptionGroup var engine: EngineOptions
}
