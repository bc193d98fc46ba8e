/// One of the networks that a ``Sampler`` draws from.
public struct SampledNetwork {
  /// Its weights.
  public var weights: Weights
  /// The precision that it is computed in.
  public var precision: Precision
  /// The factor of its logits in the sum of all networks' logits; 1 for a single network.
  ///
  /// It need not be between 0 and 1: with 1 − a for a base and a for a round, a > 1 extrapolates beyond the
  /// round. A network of share 0 reads all tokens and has no effect.
  public var share: Float
  /// Makes its context for a stream, starting before the stream's first token; `nil` for a network without
  /// context input.
  ///
  /// It is called for each stream when a ``Sampler`` is made and whenever that is primed.
  public var context: (_ stream: Int) -> (any TokenContext)?

  /// A network to sample from; by default alone and without context.
  public init(
    weights: Weights, precision: Precision = .best, share: Float = 1,
    context: @escaping (_ stream: Int) -> (any TokenContext)? = { _ in nil }
  ) {
    self.weights = weights
    self.precision = precision
    self.share = share
    self.context = context
  }
}

extension NetworkShape {
  /// Makes the contexts of `streams` streams for a network of this shape; all `nil` if
  /// it has no context input.
  ///
  /// - Throws: ``NetworkError/context(needed:given:)`` when a context does not fit.
  func contexts(
    of streams: Int, _ make: (_ stream: Int) -> (any TokenContext)?
  ) throws -> [(any TokenContext)?] {
    try (0..<streams).map { stream in
      let context = make(stream)
      try check(context)
      return hasContext ? context : nil
    }
  }
}
