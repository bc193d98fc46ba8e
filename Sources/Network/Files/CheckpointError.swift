/// What can be wrong with a file of weights.
public enum CheckpointError: Error, Hashable, Sendable {
  /// The file is missing or cannot be opened.
  case unreadable(path: String, cause: String)
  /// The file is not safetensors, or it is damaged.
  case malformed(path: String, cause: String)
  /// The file holds another network than one of woodshed's.
  case unfitting(path: String, cause: String)
  /// A training state belongs to another network or corpus.
  case otherRun(path: String, cause: String)
}

extension CheckpointError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .unreadable(let path, let cause): "cannot read weights from \(path): \(cause)"
    case .malformed(let path, let cause):
      "cannot read weights from \(path): it is not a whole safetensors file: \(cause)"
    case .unfitting(let path, let cause):
      "cannot use the weights in \(path): \(cause)"
    case .otherRun(let path, let cause): "cannot go on with the training in \(path): \(cause)"
    }
  }
}
