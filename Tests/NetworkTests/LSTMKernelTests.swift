import Foundation
import Testing

@testable import Network

@Suite struct LSTMKernelTests {
  /// oneDNN's own layer and the one from its matrix products, on any machine.
  @Test(arguments: [(1, 1, 16, 16), (5, 3, 24, 16), (17, 8, 16, 40)])
  func bothWaysToComputeALayerAgree(steps: Int, lanes: Int, inputs: Int, hidden: Int) throws {
    let shape = NetworkShape(vocabulary: 2, embedding: inputs, hidden: hidden, layers: 1)
    var random = SeededGenerator(seed: 5)
    func noise(_ count: Int) -> FloatBuffer {
      FloatBuffer((0..<count).map { _ in Float.random(in: -1...1, using: &random) })
    }
    let parameters = noise(shape.parameterCount)
    let input = noise(steps * lanes * inputs)
    let (state, cell) = (noise(lanes * hidden), noise(lanes * hidden))
    let dOutput = noise(steps * lanes * hidden)

    let results = try [true, false].map { isStepped -> [[Float]] in
      let gradients = FloatBuffer(count: shape.parameterCount)
      let layer = try LSTMLayer(
        engine: Engine(), steps: steps, lanes: lanes, inputSize: inputs, hidden: hidden,
        weights: LSTMWeights(
          ofLayer: 0, shape, parameters: parameters, gradients: gradients),
        precision: .float32, isStepped: isStepped)
      try layer.refresh()
      layer.input.copy(from: input)
      layer.state.copy(from: state)
      layer.cell.copy(from: cell)
      try layer.runForward()
      layer.dOutput.copy(from: dOutput)
      try layer.runBackward()
      let outputs = [layer.output, layer.buffers.nextState, layer.buffers.nextCell].map(\.values)
      return outputs + [layer.dInput.values, gradients.values]
    }
    for (stepped, primitive) in zip(results[0], results[1]) {
      #expect(primitive.contains { $0 != 0 })
      let largest = zip(stepped, primitive).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
      #expect(largest < 2e-5)
    }
  }

  @Test func activationsAreCloseToTheirDefinitions() {
    let values = stride(from: Float(-100), through: 100, by: 0.0137).map(\.self)
    for start in stride(from: 0, to: values.count - 8, by: 8) {
      let x = SIMD8<Float>(values[start..<(start + 8)])
      let (logistic, tanh) = (Activation.logistic(x), Activation.tanh(x))
      let exponential = Activation.exponential(x)
      for lane in 0..<8 {
        let exact = Double(x[lane])
        #expect(abs(Double(logistic[lane]) - 1 / (1 + exp(-exact))) < 2e-7)
        #expect(abs(Double(tanh[lane]) - Foundation.tanh(exact)) < 3e-7)
        guard abs(exact) < 87 else { continue }
        #expect(abs(Double(exponential[lane]) / exp(exact) - 1) < 3e-7)
      }
    }
  }
}
