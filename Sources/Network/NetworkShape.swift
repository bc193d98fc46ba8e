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
  /// Context features that a ``TokenContext`` gives after each token, `F`; 0 for none.
  public var context = 0
  /// Filter weights that the context's links share, `J`; 0 for none.
  public var filters = 0

  /// The sizes of Performance RNN: 388 tokens, 3 layers of 512.
  public init() {}

  /// Other sizes: 1 or more each; `context` and `filters` 0 or more.
  public init(
    vocabulary: Int, embedding: Int, hidden: Int, layers: Int, context: Int = 0, filters: Int = 0
  ) {
    precondition(min(vocabulary, embedding, hidden, layers) >= 1, "a size is below 1")
    precondition(min(context, filters) >= 0, "a size is below 0")
    self.vocabulary = vocabulary
    self.embedding = embedding
    self.hidden = hidden
    self.layers = layers
    self.context = context
    self.filters = filters
  }

  /// Decodes sizes; `context` and `filters` are 0 where an older version wrote none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    vocabulary = try container.decode(Int.self, forKey: .vocabulary)
    embedding = try container.decode(Int.self, forKey: .embedding)
    hidden = try container.decode(Int.self, forKey: .hidden)
    layers = try container.decode(Int.self, forKey: .layers)
    context = try container.decodeIfPresent(Int.self, forKey: .context) ?? 0
    filters = try container.decodeIfPresent(Int.self, forKey: .filters) ?? 0
  }

  /// The tensors under PyTorch's names, in the order in which ``Weights`` holds them.
  ///
  /// Gates are in PyTorch's order i, f, g, o.
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
    tensors += [("head.weight", [vocabulary, hidden]), ("head.bias", [vocabulary])]
    if context > 0 { tensors.append(("context.embedding.weight", [context, embedding])) }
    if filters > 0 {
      tensors += [
        ("context.filters.weight", [filters, hidden]), ("context.filters.bias", [filters]),
      ]
    }
    return tensors
  }

  /// The range of each tensor within ``Weights/values``.
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

  /// Splits the weights into ranges, each with the factor that its learning rate is multiplied by: 1 for
  /// the top LSTM layer and the linear layers above it, `lower` for the layer below, `lower`² for the
  /// next, and so on down to the embeddings.
  ///
  /// Source: discriminative fine-tuning, Howard and Ruder, arXiv 1801.06146. 0 freezes everything below
  /// the top layer.
  func learningRateShares(lower: Float) -> [(range: Range<Int>, share: Float)] {
    guard lower != 1 else { return [(0..<parameterCount, 1)] }
    let offsets = offsets
    return tensors.map { name, _ in
      let layer = (0..<layers).first { name.hasSuffix("_l\($0)") }
      let below = layer.map { layers - 1 - $0 } ?? (name.contains("embedding") ? layers : 0)
      return (offsets[name] ?? 0..<0, (0..<below).reduce(1) { share, _ in share * lower })
    }
  }

  /// The number of weights in all.
  public var parameterCount: Int {
    tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
