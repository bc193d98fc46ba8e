/// One of the networks that draw together.
public struct SampledNetwork {
  /// Its weights.
  public var weights: Weights
  /// What it is computed in.
  public var precision: Precision
  /// What its logits are multiplied by before they are added to the others'; 1 where there is one
  /// network.
  ///
  /// Shares need not be between 0 and 1: 1 − a for a base and a for a round is a dial that goes beyond
  /// the round for a > 1. A network of share 0 hears everything and has no say.
  public var share: Float
  /// What tells it of a stream, made before the stream's first token; `nil` where it is told nothing.
  ///
  /// It is called for each stream when a ``Sampler`` is made and whenever that is primed.
  public var context: (_ stream: Int) -> (any TokenContext)?

  /// A network that draws alone and is told nothing, unless other things are said.
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
  /// What tells a network of this shape of each of `streams` streams; `nil` for each if it is told
  /// nothing.
  ///
  /// - Throws: ``NetworkError/context(needed:given:)``.
  func contexts(
    of streams: Int, _ make: (_ stream: Int) -> (any TokenContext)?
  ) throws -> [(any TokenContext)?] {
    try (0..<streams).map { stream in
      let context = make(stream)
      try check(context)
      return isTold ? context : nil
    }
  }
}
