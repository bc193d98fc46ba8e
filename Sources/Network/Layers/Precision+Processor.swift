import COneDNN

/// What this processor can compute in, and does best in.
extension Precision {
  /// What this processor does fastest: ``bfloat16`` where it has instructions for it.
  public static let best: Precision = bfloat16.isNative && bfloat16.isAvailable ? bfloat16 : float32

  /// What this processor generates fastest in with a network of `shape`.
  ///
  /// Much of the time goes into bringing the weights to the processor, and 8 bits are half of 16.
  public static func bestToSample(_ shape: NetworkShape) -> Precision {
    guard int8.isAvailable, QuantisedLSTM.fits(shape) else { return best }
    return best == float32 || QuantisedProduct.hasDotProducts ? int8 : best
  }

  /// Whether this processor and this oneDNN can compute in it at all, be it slowly.
  public var isAvailable: Bool {
    switch self {
    case .float32: true
    case .bfloat16: Self.bfloat16Works
    case .int8: QuantisedProduct.isAvailable
    }
  }

  /// What our own matrix products are in: ``bfloat16`` where that is wanted and the processor has
  /// instructions for it.
  var ofProducts: Precision { self == .bfloat16 && isNative ? .bfloat16 : .float32 }

  /// Whether the processor has instructions for it.
  private var isNative: Bool { self != .bfloat16 || Engine.has(dnnl_cpu_isa_avx512_core_bf16) }

  /// oneDNN says so when it is asked for a layer.
  private static let bfloat16Works: Bool = {
    let shape = NetworkShape(vocabulary: 2, embedding: 16, hidden: 16, layers: 1)
    let parameters = FloatBuffer(count: shape.parameterCount)
    let layer = try? LSTMLayer(
      team: Team(threads: 1), steps: 1, lanes: 1, inputSize: 16, hidden: 16,
      weights: LSTMWeights(
        ofLayer: 0, shape, parameters: parameters,
        gradients: FloatBuffer(count: shape.parameterCount)),
      precision: .bfloat16)
    return layer != nil
  }()

  /// - Throws: ``NetworkError/precision(_:)`` when this processor cannot compute in it.
  func check() throws {
    guard isAvailable else { throw NetworkError.precision(rawValue) }
  }
}
