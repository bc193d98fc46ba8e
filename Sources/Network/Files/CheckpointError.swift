/// An error in reading a file of weights or a saved training run.
public enum CheckpointError: Error, Hashable, Sendable {
  /// The file is missing or cannot be opened.
  case unreadable(path: String, cause: String)
  /// The file is not safetensors, or it is damaged.
  case malformed(path: String, cause: String)
  /// The file's tensors do not form a network of this architecture.
  case unfitting(path: String, cause: String)
  /// A saved training run is damaged, or belongs to another network or corpus.
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
