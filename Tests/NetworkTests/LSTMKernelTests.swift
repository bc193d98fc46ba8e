import Foundation
import Testing

@testable import Network

@Suite struct LSTMKernelTests {
  /// Steps, lanes, inputs and outputs; the last ones are dealt out to several threads, the very last as a
  /// layer of the shipped network is.
  private static let sizes = [
    (1, 1, 16, 16), (5, 3, 24, 16), (17, 8, 16, 40), (1, 1, 128, 128), (9, 8, 128, 128),
    (9, 5, 40, 192), (9, 5, 40, 160), (40, 8, 24, 128), (6, 8, 512, 512),
  ]

  /// oneDNN's own layer and the one from its matrix products, on any machine.
  @Test(arguments: sizes)
  func bothWaysToComputeALayerAgree(steps: Int, lanes: Int, inputs: Int, hidden: Int) throws {
    let results = try [true, false].map {
      try run(steps: steps, lanes: lanes, inputs: inputs, hidden: hidden, isStepped: $0)
    }
    for (stepped, primitive) in zip(results[0], results[1]) {
      #expect(primitive.contains { $0 != 0 })
      let largest = zip(stepped, primitive).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
      #expect(largest < 2e-5)
    }
  }

  /// What a layer gives, forward and back: outputs, h and c, the input's gradients and the weights'.
  private func run(
    steps: Int, lanes: Int, inputs: Int, hidden: Int, isStepped: Bool,
    precision: Precision = .float32
  ) throws -> [[Float]] {
    let shape = NetworkShape(vocabulary: 2, embedding: inputs, hidden: hidden, layers: 1)
    var random = SeededGenerator(seed: 5)
    func noise(_ count: Int, within bound: Float = 1) -> FloatBuffer {
      FloatBuffer((0..<count).map { _ in Float.random(in: -bound...bound, using: &random) })
    }
    // Larger weights in a larger layer would carry the least difference on from step to step.
    let bound = 4 / Float(max(16, hidden)).squareRoot()
    let gradients = FloatBuffer(count: shape.parameterCount)
    let layer = try LSTMLayer(
      team: ThreadPool(threads: min(4, hidden / 64)), steps: steps, lanes: lanes, inputSize: inputs,
      hidden: hidden,
      weights: LSTMWeights(
        ofLayer: 0, shape, parameters: noise(shape.parameterCount, within: bound),
        gradients: gradients),
      precision: precision, isStepped: isStepped)
    try layer.refresh()
    layer.input.copy(from: noise(steps * lanes * inputs))
    layer.state.copy(from: noise(lanes * hidden))
    layer.cell.copy(from: noise(lanes * hidden))
    try layer.runForward()
    layer.dOutput.copy(from: noise(steps * lanes * hidden))
    try layer.runBackward()
    let output = layer.output.values
    layer.carry()
    return [
      output, layer.state.values, layer.cell.values, layer.dInput.values, gradients.values,
    ]
  }

  /// Layers that are not trained read and work in each other's memory, chunk after chunk.
  @Test(arguments: Set([Precision.float32, .best]), [(1, 3), (7, 4), (40, 8)])
  func aNetworkThatIsNotTrainedComputesTheSame(precision: Precision, size: (steps: Int, lanes: Int))
    throws
  {
    let shape = NetworkShape(vocabulary: 11, embedding: 24, hidden: 128, layers: 3)
    let weights = Weights(shape: shape, seed: 2)
    var random = SeededGenerator(seed: 3)
    let chunks = (0..<3).map { _ in
      (0..<size.steps * size.lanes).map { _ in UInt16.random(in: 0..<11, using: &random) }
    }
    let results = try [true, false].map { isTrained in
      let stack = try LSTMStack(
        shape: shape, steps: size.steps, lanes: size.lanes, training: isTrained,
        parameters: FloatBuffer(weights.values), precision: precision)
      return try chunks.map { chunk in
        try stack.runForward(chunk, dropout: 0, random: &random)
        stack.carry()
        return stack.logits.values + stack.state.values
      }
    }
    // Without a way back the cell's quotients are made another way.
    for (trained, other) in zip(results[0], results[1]) {
      #expect(distance(trained, other) < (precision == .bfloat16 ? 3e-3 : 1e-6))
    }
  }

  /// One step from sums that go through the whole range of the functions.
  @Test(arguments: [8, 16, 24])
  func gatesAreCloseToTheirDefinitions(hidden: Int) {
    let values = stride(from: Float(-100), through: 100, by: 0.0137).map(\.self)
    let lanes = values.count / hidden
    let gates = FloatBuffer(count: lanes * 4 * hidden)
    let before = FloatBuffer((0..<(lanes * hidden)).map { sin(Float($0)) })
    for index in 0..<(lanes * hidden) {
      for gate in 0..<4 {
        gates[(index / hidden * 4 + gate) * hidden + index % hidden] = values[index]
      }
    }
    let (cell, squashed) = (FloatBuffer(count: before.count), FloatBuffer(count: before.count))
    let (output, rounded) = (FloatBuffer(count: before.count), RoundedBuffer(count: before.count))
    // The same without a way back, c in the middle of wider rows.
    let (onlyGates, wide) = (FloatBuffer(gates.values), FloatBuffer(count: lanes * 3 * hidden))
    for lane in 0..<lanes {
      wide.copy(
        hidden, from: before.address(lane * hidden), at: (3 * lane + 1) * hidden)
    }
    let onlyOutput = FloatBuffer(count: before.count)
    LSTMCell(
      units: hidden, hidden: hidden, lanes: lanes, gates: gates.address(), cell: cell.address(),
      distance: hidden, squashed: squashed.address()
    ).runForward(from: before.address(), to: output.address(), rounded: rounded.address())
    LSTMCell(
      units: hidden, hidden: hidden, lanes: lanes, gates: onlyGates.address(),
      cell: wide.address(hidden), distance: 3 * hidden, squashed: nil
    ).runForward(from: wide.address(hidden), to: onlyOutput.address())
    for index in 0..<before.count {
      let exact = Double(values[index])
      let logistic = 1 / (1 + exp(-exact))
      let next = logistic * Double(before[index]) + logistic * tanh(exact)
      let first = index / hidden * 4 * hidden + index % hidden
      for gate in [0, 1, 3] {
        #expect(abs(Double(gates[first + gate * hidden]) - logistic) < 2e-7)
      }
      #expect(abs(Double(gates[first + 2 * hidden]) - tanh(exact)) < 3e-7)
      #expect(abs(Double(cell[index]) - next) < 1e-6)
      #expect(abs(Double(squashed[index]) - tanh(next)) < 1e-6)
      #expect(abs(Double(output[index]) - logistic * tanh(next)) < 1e-6)
      let place = (3 * (index / hidden) + 1) * hidden + index % hidden
      #expect(abs(Double(wide[place]) - next) < 1e-6)
      #expect(abs(Double(onlyOutput[index]) - logistic * tanh(next)) < 1e-6)
    }
    #expect(rounded.values == output.values.map(Self.bfloat16))
  }

  /// The nearest bfloat16, of two as near the even one.
  private static func bfloat16(_ value: Float) -> UInt16 {
    let (down, rest) = (value.bitPattern >> 16, value.bitPattern & 0xFFFF)
    let isUp = rest > 0x8000 || rest == 0x8000 && down & 1 == 1
    return UInt16(down + (isUp ? 1 : 0))
  }

  @Test(arguments: [1, 8, 15, 16, 33, 100])
  func numbersAreRoundedToTheNearest(count: Int) {
    let values = (0..<count).map { index in
      index % 3 == 0 ? Float(bitPattern: 0x3F80_8000 + UInt32(index) << 15) : sin(Float(index)) * 50
    }
    let (source, buffer) = (FloatBuffer(values), RoundedBuffer(count: count))
    buffer.round(count, from: source.address())
    #expect(buffer.values == values.map(Self.bfloat16))
  }

  /// In bfloat16 both ways round, in places of their own.
  @Test(
    .enabled(if: Precision.bfloat16.ofProducts == .bfloat16, "no bfloat16 on this processor"),
    arguments: sizes)
  func bothWaysToComputeALayerAreNearInBFloat16(
    steps: Int, lanes: Int, inputs: Int, hidden: Int
  ) throws {
    let results = try [true, false].map {
      try run(
        steps: steps, lanes: lanes, inputs: inputs, hidden: hidden, isStepped: $0,
        precision: .bfloat16)
    }
    for (stepped, primitive) in zip(results[0], results[1]) {
      let length = primitive.reduce(0) { $0 + $1 * $1 }
      let distance = zip(stepped, primitive).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(length > 0)
      #expect((distance / length).squareRoot() < 0.03)
    }
  }
}
