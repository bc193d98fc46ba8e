import COneDNN

/// The precisions that this processor supports, and its fastest.
extension Precision {
  /// The fastest floating-point precision on this processor: ``bfloat16`` where it has instructions for it.
  public static let best: Precision = bfloat16.isNative && bfloat16.isAvailable ? bfloat16 : float32

  /// The fastest precision on this processor for generating with a network of `shape`.
  ///
  /// Generating is bound by memory bandwidth: weights in 8 bits are half the size of those in 16.
  public static func bestToSample(_ shape: NetworkShape) -> Precision {
    guard int8.isAvailable, QuantisedLSTM.fits(shape) else { return best }
    return best == float32 || QuantisedProduct.hasDotProducts ? int8 : best
  }

  /// Whether this processor and this oneDNN can compute in it, even if slowly.
  public var isAvailable: Bool {
    switch self {
    case .float32: true
    case .bfloat16: Self.bfloat16Works
    case .int8: QuantisedProduct.isAvailable
    }
  }

  /// The precision of our own matrix products: ``bfloat16`` if that is asked for and the processor has
  /// instructions for it, else ``float32``.
  var ofProducts: Precision { self == .bfloat16 && isNative ? .bfloat16 : .float32 }

  /// Whether the processor has instructions for it.
  private var isNative: Bool { self != .bfloat16 || Engine.has(dnnl_cpu_isa_avx512_core_bf16) }

  /// Found out by asking oneDNN for a layer.
  private static let bfloat16Works: Bool = {
    let shape = NetworkShape(vocabulary: 2, embedding: 16, hidden: 16, layers: 1)
    let parameters = FloatBuffer(count: shape.parameterCount)
    let layer = try? LSTMLayer(
      team: ThreadPool(threads: 1), steps: 1, lanes: 1, inputSize: 16, hidden: 16,
      weights: LSTMWeights(
        ofLayer: 0, shape, parameters: parameters,
        gradients: FloatBuffer(count: shape.parameterCount)),
      precision: .bfloat16)
    return layer != nil
  }()

  /// Checks that it is available.
  ///
  /// - Throws: ``NetworkError/precision(_:)`` if not.
  func check() throws {
    guard isAvailable else { throw NetworkError.precision(rawValue) }
  }
}
