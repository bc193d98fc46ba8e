/// A network's weights, as 32-bit floats.
public struct Weights: Hashable, Sendable {
  /// The network's sizes.
  public let shape: NetworkShape

  /// All tensors concatenated, in the order of ``NetworkShape/tensors``.
  var values: [Float]

  /// Weights that are all 0.
  init(zerosOf shape: NetworkShape) {
    self.shape = shape
    values = Array(repeating: 0, count: shape.parameterCount)
  }

  /// Weights from all tensors concatenated in the order of ``NetworkShape/tensors``.
  init(shape: NetworkShape, values: [Float]) {
    precondition(values.count == shape.parameterCount, "got \(values.count) weights")
    self.shape = shape
    self.values = values
  }

  /// New weights from PyTorch's default distributions: uniform within ±1/√H for the LSTM and the linear
  /// layer, standard normal for the embedding. The same seed gives the same weights.
  ///
  /// The forget gates' biases are raised by 1, so that a new network retains its cell state.
  /// Source: Jozefowicz et al., "An Empirical Exploration of Recurrent Network Architectures", 2015.
  public init(shape: NetworkShape, seed: UInt64) {
    self.init(zerosOf: shape)
    var random = SeededGenerator(seed: seed)
    let bound = 1 / Float(shape.hidden).squareRoot()
    for (name, range) in shape.offsets.sorted(by: { $0.value.lowerBound < $1.value.lowerBound }) {
      // Context weights start at 0, so that the context has no effect before training.
      if name.hasPrefix("context.") { continue }
      for index in range {
        values[index] =
          name == "embedding.weight"
          ? random.nextNormal() : Float.random(in: -bound...bound, using: &random)
      }
      guard name.hasPrefix("lstm.bias_ih") else { continue }
      let forget = (range.lowerBound + shape.hidden)..<(range.lowerBound + 2 * shape.hidden)
      for index in forget { values[index] += 1 }
    }
  }

  /// The same network with the features and filters of `context` as additional input; their weights are
  /// 0, so its output is unchanged until it is trained.
  public init(_ weights: Weights, toldBy context: any TokenContext) {
    var shape = weights.shape
    shape.context = context.featureCount
    shape.filters = context.filterCount
    self.init(zerosOf: shape)
    for name in weights.names where self[name] != nil { self[name] = weights[name] }
  }

  /// A tensor's values in row-major order; `nil` when no tensor has that name.
  public subscript(name: String) -> [Float]? {
    get { shape.offsets[name].map { Array(values[$0]) } }
    set {
      guard let range = shape.offsets[name], let newValue, newValue.count == range.count
      else { return }
      values.replaceSubrange(range, with: newValue)
    }
  }

  /// The names of the tensors, in the order of ``NetworkShape/tensors``.
  public var names: [String] { shape.tensors.map(\.name) }
}
