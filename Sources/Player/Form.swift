package import Network
import Performance

/// A network's additional input beside the events, as the metadata of its weights names it.
package enum Form: String, Sendable {
  /// No additional input, as in Performance RNN.
  case plain
  /// The features and links of ``PerformanceContext``. Another choice of features or links is another form.
  case withContext = "hearing-1"

  /// The key in the metadata.
  package static let key = "form"

  /// Makes the context of one take, which starts before the take's first event; `nil` for ``plain``.
  package func context() -> (any TokenContext)? {
    switch self {
    case .plain: nil
    case .withContext: PerformanceContext()
    }
  }

  /// A take's events with their context.
  package func sequence(_ tokens: [UInt16]) -> TokenSequence {
    TokenSequence(tokens, context: context())
  }
}

extension NetworkShape {
  /// The form of a network of this shape.
  package var form: Form { context > 0 ? .withContext : .plain }
}
