import Foundation

@testable import Network

// Times one LSTM layer as oneDNN's own primitive and as packed products, and the whole training step around
// three of them; each is held against the plain loop first. Prints a line of JSON for each figure.

/// One figure.
struct Figure: Encodable {
  var what: String
  var precision: Precision
  var lanes: Int
  var steps: Int
  /// Median of the repetitions.
  var eventsPerSecond: Double
  var share: Double?
}

func say(_ figure: Figure) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  print(String(decoding: try encoder.encode(figure), as: UTF8.self))
}

/// The median time of `work` in seconds: of five repetitions, and as many as fit two seconds.
func median(_ work: () throws -> Void) rethrows -> Double {
  try work()
  let clock = ContinuousClock()
  let start = clock.now
  var times: [Double] = []
  while times.count < 5 || clock.now - start < .seconds(2) {
    let before = clock.now
    try work()
    times.append((clock.now - before) / .seconds(1))
  }
  return times.sorted()[times.count / 2]
}

/// A layer of Performance RNN's size on random weights and inputs.
///
/// - Parameter isStepped: `nil` for what is fastest here.
func layer(
  steps: Int, lanes: Int, isStepped: Bool?, precision: Precision = .float32,
  on team: Team = Team(threads: 1)
) throws -> LSTMLayer {
  let shape = NetworkShape(vocabulary: 2, embedding: 512, hidden: 512, layers: 1)
  let layer = try LSTMLayer(
    team: team, steps: steps, lanes: lanes, inputSize: 512, hidden: 512,
    weights: LSTMWeights(
      ofLayer: 0, shape, parameters: FloatBuffer(Weights(shape: shape, seed: 1).values),
      gradients: FloatBuffer(count: shape.parameterCount)),
    precision: precision, isStepped: isStepped)
  var random = SeededGenerator(seed: 2)
  for buffer in [layer.input, layer.dOutput] {
    for index in 0..<buffer.count { buffer[index] = Float.random(in: -1...1, using: &random) }
  }
  try layer.refresh()
  return layer
}

/// Forward and backward of one layer.
func time(_ layer: LSTMLayer) throws -> Double {
  try median {
    try layer.runForward()
    try layer.runBackward()
  }
}

/// Events a second that oneDNN's products allow when the network is only read forward: many rows through
/// a layer's largest matrix on each thread, with nothing between.
func bound(precision: Precision, threads: Int, rows: Int = 2048) throws -> Double {
  let weights = FloatBuffer(Weights(shape: NetworkShape(), seed: 1).values)
  let products = try (0..<threads).map { _ in
    try PackedProduct(
      rows: rows, by: Matrix(transposed: [0], outputs: 2048, inputs: 512), in: weights,
      precision: precision, sharing: nil, on: Engine())
  }
  for product in products { try product.refresh() }
  let sources = (0..<threads).map { _ in FloatBuffer(count: rows * 512) }
  let rounded = (0..<threads).map { _ in RoundedBuffer(count: rows * 512) }
  let targets = (0..<threads).map { _ in FloatBuffer(count: rows * 2048) }
  let team = Team(threads: threads)
  let seconds = try median {
    try team.share(threads, isLong: true) { index in
      for _ in 0..<8 {
        if precision == .bfloat16 {
          try products[index].run(from: rounded[index].address(), to: targets[index].address())
        } else {
          try products[index].run(from: sources[index].address(), to: targets[index].address())
        }
      }
    }
  }
  let shape = NetworkShape()
  let perEvent =
    shape.layers * 4 * shape.hidden * 2 * shape.hidden + shape.hidden * shape.vocabulary
  return 8 * Double(threads * rows * 512 * 2048) / Double(perEvent) / seconds
}

/// Both ways to compute a network against the plain loop, or the program ends here.
func check() throws {
  let weights = Weights(
    shape: NetworkShape(vocabulary: 388, embedding: 64, hidden: 64, layers: 3), seed: 3)
  let tokens = (0..<50).map { UInt16($0 * 7 % 388) }
  let plain = PlainNetwork(weights: weights).nll(tokens)
  let ours = try Evaluator(weights: weights, precision: .float32).eventScores(sequences: [tokens])
  let worst = zip(plain, ours[0]).map { abs($0 - Double($1)) }.max() ?? .infinity
  guard worst < 1e-4 else {
    FileHandle.standardError.write(Data("the plain loop differs by \(worst) nats\n".utf8))
    exit(1)
  }
  let (stepped, primitive) = (
    try layer(steps: 8, lanes: 4, isStepped: true), try layer(steps: 8, lanes: 4, isStepped: false)
  )
  for layer in [stepped, primitive] {
    try layer.runForward()
    try layer.runBackward()
  }
  let distance = zip(stepped.dInput.values, primitive.dInput.values).map { abs($0 - $1) }.max() ?? 1
  guard distance < 1e-4 else {
    FileHandle.standardError.write(Data("the two kernels differ by \(distance)\n".utf8))
    exit(1)
  }
}

try check()
let threads = Team().threads
let precisions: [Precision] = Precision.best == .bfloat16 ? [.float32, .bfloat16] : [.float32]
for precision in precisions {
  try say(
    Figure(
      what: "forward, products alone, \(threads) threads", precision: precision,
      lanes: 2048, steps: 1,
      eventsPerSecond: bound(precision: precision, threads: threads)))
  for (lanes, steps) in [(4, 128), (8, 128), (16, 128), (64, 128)] {
    for isStepped in [true, false] {
      let seconds = try time(
        layer(steps: steps, lanes: lanes, isStepped: isStepped, precision: precision))
      try say(
        Figure(
          what: isStepped ? "layer from products, 1 thread" : "layer as a primitive, 1 thread",
          precision: precision, lanes: lanes, steps: steps,
          eventsPerSecond: Double(lanes * steps) / seconds))
    }
    // What all layers take on all threads, as a share of the whole step.
    let inside =
      try 3
      * time(
        layer(
          steps: steps, lanes: lanes, isStepped: nil, precision: precision,
          on: Team(threads: threads)))
    var options = TrainingOptions()
    options.lanes = lanes
    options.steps = steps
    let whole = try SpeedTrial(shape: NetworkShape(), precision: precision).training(options).median
    try say(
      Figure(
        what: "whole step, \(threads) threads; share inside the layers", precision: precision,
        lanes: lanes, steps: steps, eventsPerSecond: whole,
        share: inside / (Double(lanes * steps) / whole)))
  }
}
