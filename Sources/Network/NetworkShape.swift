/// The sizes of a network: embedding, a stack of LSTM layers, and a linear layer onto the vocabulary.
public struct NetworkShape: Hashable, Codable, Sendable {
  /// How many tokens there are, `V`.
  public var vocabulary = 388
  /// The length of a token's embedding, `E`.
  public var embedding = 512
  /// Units of each LSTM layer, `H`.
  public var hidden = 512
  /// LSTM layers, `L`.
  public var layers = 3

  /// Performance RNN's: 388 tokens, 3 × 512.
  public init() {}

  /// A network of other sizes, each 1 or more.
  public init(vocabulary: Int, embedding: Int, hidden: Int, layers: Int) {
    precondition(min(vocabulary, embedding, hidden, layers) >= 1, "a size is below 1")
    self.vocabulary = vocabulary
    self.embedding = embedding
    self.hidden = hidden
    self.layers = layers
  }

  /// The tensors under PyTorch's names, in the order in which ``Weights`` holds them.
  ///
  /// Gates stand in PyTorch's order i, f, g, o.
  var tensors: [(name: String, shape: [Int])] {
    var tensors = [("embedding.weight", [vocabulary, embedding])]
    for layer in 0..<layers {
      let input = layer == 0 ? embedding : hidden
      tensors += [
        ("lstm.weight_ih_l\(layer)", [4 * hidden, input]),
        ("lstm.weight_hh_l\(layer)", [4 * hidden, hidden]),
        ("lstm.bias_ih_l\(layer)", [4 * hidden]),
        ("lstm.bias_hh_l\(layer)", [4 * hidden]),
      ]
    }
    return tensors + [("head.weight", [vocabulary, hidden]), ("head.bias", [vocabulary])]
  }

  /// Where each tensor begins among the values, and how many it has.
  var offsets: [String: Range<Int>] {
    var offsets: [String: Range<Int>] = [:]
    var next = 0
    for (name, shape) in tensors {
      let count = shape.reduce(1, *)
      offsets[name] = next..<(next + count)
      next += count
    }
    return offsets
  }

  /// How many values there are in all.
  public var parameterCount: Int {
    tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
