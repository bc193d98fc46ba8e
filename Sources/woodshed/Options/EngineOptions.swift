import ArgumentParser
import Player
import Workbench

/// `--precision`, for every command that computes with a network.
struct EngineOptions: ParsableArguments {
  @Option(
    help: "float32, bfloat16 or, but for training, int8; by default what is fastest here.")
  var precision: ComputePrecision?
}
