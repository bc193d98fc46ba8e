import ArgumentParser
import Console
import Workbench

struct BaseTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a base on a folder of many people's playing.",
    discussion: """
      woodshed base train corpus/train --valid corpus/valid --checkpoint base.run \\
        --to base.safetensors --minutes 60

      Every so often the model is measured on --valid and the best is written to --to. The \
      checkpoint holds everything that is needed to go on with --resume, exactly where it stopped.
      """)

  @Argument(help: "MIDI files, and folders of them, to train on.", completion: .midiFiles)
  var paths: [String]

  @Option(help: "MIDI files or a folder to choose the best model on.", completion: .midiFiles)
  var valid: String

  @Option(help: "Where to keep the state of the run.", completion: .file())
  var checkpoint: String

  @Option(help: "Where to write the best weights, in 16 bits.", completion: .weights)
  var to: String

  @Option(help: "Weights to start from; else a new network.", completion: .weights)
  var from: String?

  @Option(
    parsing: .unconditional, help: "Train for this many minutes, learning rate decay included.")
  var minutes = BaseTrainRequest().minutes

  @Option(parsing: .unconditional, help: "The highest learning rate.")
  var learningRate = BaseTrainRequest().learningRate

  @Option(parsing: .unconditional, help: "Takes that are read side by side.")
  var lanes = BaseTrainRequest().lanes

  @Option(parsing: .unconditional, help: "Events between two updates in each lane.")
  var steps = BaseTrainRequest().steps

  @Option(parsing: .unconditional, help: "The share of each layer's outputs that is left out.")
  var dropout = BaseTrainRequest().dropout

  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed = BaseTrainRequest().seed

  @Flag(help: "Tell the network nothing beside the events: no sounding keys, no intervals.")
  var plain = false

  @Flag(help: "Go on from the checkpoint.")
  var resume = false

  @OptionGroup var engine: EngineOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = BaseTrainRequest()
    request.paths = paths
    request.valid = valid
    request.checkpoint = checkpoint
    request.output = to
    request.start = from
    request.minutes = minutes
    request.learningRate = learningRate
    request.lanes = lanes
    request.steps = steps
    request.dropout = dropout
    request.seed = seed
    request.isPlain = plain
    request.resume = resume
    request.precision = engine.precision
    let report = try withProgress { try request.train(progress: $0) }
    try output.print(report)
  }
}
