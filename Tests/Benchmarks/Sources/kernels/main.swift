import Foundation

@testable import Network

// Times one LSTM layer as oneDNN's own primitive and as packed products, and the whole training step around
// three of them; each is held against the plain loop first, and with the argument `check` that is all. Prints a
// line of JSON for each figure.

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
  // Also into a pipe as soon as it is measured.
  fflush(nil)
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

/// A layer of Performance RNN's size.
let shape = NetworkShape(vocabulary: 2, embedding: 512, hidden: 512, layers: 1)

/// Such a layer on random weights and inputs.
///
/// - Parameter isStepped: `nil` for what is fastest here.
func layer(
  steps: Int, lanes: Int, isStepped: Bool?, precision: Precision = .float32,
  on team: ThreadPool = ThreadPool(threads: 1), gradients: FloatBuffer? = nil
) throws -> LSTMLayer {
  let layer = try LSTMLayer(
    team: team, steps: steps, lanes: lanes, inputSize: 512, hidden: 512,
    weights: LSTMWeights(
      ofLayer: 0, shape, parameters: FloatBuffer(Weights(shape: shape, seed: 1).values),
      gradients: gradients ?? FloatBuffer(count: shape.parameterCount)),
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
  let team = ThreadPool(threads: threads)
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

/// Ends the program when two ways to compute the same are apart.
func expect(_ distance: Double, within bound: Double, _ what: String) {
  guard distance < bound else {
    FileHandle.standardError.write(Data("\(what): \(distance) apart, not within \(bound)\n".utf8))
    exit(1)
  }
}

/// What a layer gives on all threads: outputs, its inputs' gradients and its weights'.
func results(_ lanes: Int, isStepped: Bool, _ precision: Precision) throws -> [[Float]] {
  let gradients = FloatBuffer(count: shape.parameterCount)
  let layer = try layer(
    steps: 8, lanes: lanes, isStepped: isStepped, precision: precision, on: ThreadPool(),
    gradients: gradients)
  try layer.runForward()
  try layer.runBackward()
  return [layer.output.values, layer.dInput.values, gradients.values]
}

/// The logits after a few steps of `lanes` lanes.
func logits(of weights: Weights, lanes: Int, _ precision: Precision) throws -> [Float] {
  let stack = try LSTMStack(
    shape: weights.shape, steps: 1, lanes: lanes, training: false,
    parameters: FloatBuffer(weights.values), precision: precision)
  var random = SeededGenerator(seed: 1)
  for step in 0..<5 {
    if step > 0 { stack.carry() }
    try stack.runForward(
      (0..<lanes).map { UInt16(($0 + step) * 7 % 388) }, dropout: 0, random: &random)
  }
  return stack.logits.values
}

/// |a − b| / |b|
func distance(_ a: [Float], _ b: [Float]) -> Double {
  let (apart, length) = zip(a, b).reduce((0.0, 0.0)) { sums, pair in
    let (one, other) = (Double(pair.0), Double(pair.1))
    return (sums.0 + (one - other) * (one - other), sums.1 + other * other)
  }
  return length > 0 ? (apart / length).squareRoot() : .infinity
}

/// All ways to compute a network against the plain loop and each other, or the program ends here.
func check() throws {
  let weights = Weights(
    shape: NetworkShape(vocabulary: 388, embedding: 64, hidden: 64, layers: 3), seed: 3)
  let tokens = (0..<50).map { UInt16($0 * 7 % 388) }
  let plain = PlainNetwork(weights: weights).nll(tokens)
  let ours = try Evaluator(weights: weights, precision: .float32)
    .eventScores(of: [TokenSequence(tokens)])
  let worst = zip(plain, ours[0]).map { abs($0 - Double($1)) }.max() ?? .infinity
  expect(worst, within: 1e-4, "nats per event and those of the plain loop")
  for (precision, bound) in [(Precision.float32, 1e-4), (.bfloat16, 0.03)]
  where precisions.contains(precision) {
    for lanes in [1, 8, 33] {
      let both = try [true, false].map { try results(lanes, isStepped: $0, precision) }
      for (name, pair) in zip(
        ["outputs", "inputs' gradients", "weights' gradients"], zip(both[0], both[1]))
      {
        expect(
          distance(pair.0, pair.1), within: bound,
          "\(name) of the two kernels in \(precision.rawValue), \(lanes) lanes")
      }
    }
  }
  guard Precision.int8.isAvailable else { return }
  let large = Weights(shape: NetworkShape(), seed: 3)
  for lanes in [1, 8, 33] {
    expect(
      distance(
        try logits(of: large, lanes: lanes, .int8), try logits(of: large, lanes: lanes, .float32)),
      within: 0.05, "logits in int8 and in float32, \(lanes) lanes")
  }
}

let precisions: [Precision] = Precision.best == .bfloat16 ? [.float32, .bfloat16] : [.float32]
try check()
if CommandLine.arguments.contains("check") { exit(0) }
let threads = ThreadPool().threads
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
          on: ThreadPool(threads: threads)))
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
