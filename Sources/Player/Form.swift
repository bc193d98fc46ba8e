package import Network
import Performance

/// What a network is told beside the events, as the metadata of its weights names it.
package enum Form: String, Sendable {
  /// Nothing, as Performance RNN.
  case plain
  /// What ``PerformanceContext`` tells. Another choice of numbers or links is another form.
  case withContext = "hearing-1"

  /// The metadata's key.
  package static let key = "form"

  /// What tells a network of this form of one take, made before the take's first event; `nil` for a network
  /// that is told nothing.
  package func context() -> (any TokenContext)? {
    switch self {
    case .plain: nil
    case .withContext: PerformanceContext()
    }
  }

  /// A take's events with what tells a network of this form of them.
  package func sequence(_ tokens: [UInt16]) -> TokenSequence {
    TokenSequence(tokens, context: context())
  }
}

extension NetworkShape {
  /// What a network of this shape is told.
  package var form: Form { context > 0 ? .withContext : .plain }
}
