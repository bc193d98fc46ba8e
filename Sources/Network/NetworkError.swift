/// An error while a network is made or run.
public enum NetworkError: Error, Hashable, Sendable {
  /// There is no oneDNN on this machine of the version that this program needs; it is in the package.
  case notInstalled(package: String)
  /// A oneDNN call failed; `status` is the `dnnl_status_t` that it returned.
  case engine(action: String, status: UInt32)
  /// This processor, or this oneDNN, cannot compute in the precision that was asked for.
  case precision(String)
  /// The precision does not support training, or not a network of these sizes.
  case unfit(precision: String, purpose: String)
  /// A sequence holds a token that the network does not have.
  case badToken(token: UInt16, vocabulary: Int)
  /// The network needs a context of `needed` features and filters, and the one given has `given`.
  case context(needed: Int, given: Int)
  /// Networks to be sampled together have vocabularies of different sizes.
  case vocabularies(Int, Int)
  /// There is nothing to train on.
  case emptyCorpus
}

extension NetworkError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .notInstalled(let package):
      "cannot run a network: oneDNN is not installed; install the package \(package)"
    case .engine(let action, let status):
      "cannot \(action): oneDNN says \(Self.name(ofStatus: status))"
    case .precision(let precision):
      "cannot compute in \(precision): this processor has no instructions for it"
    case .unfit(let precision, let purpose):
      "cannot \(purpose) in \(precision)"
    case .badToken(let token, let vocabulary):
      "cannot read token \(token): the network has \(vocabulary)"
    case .context(let needed, let given):
      "cannot use the weights: their network needs \(needed) numbers of additional input after each event, "
        + "this version tells \(given)"
    case .vocabularies(let one, let other):
      "cannot draw from these networks together: one has \(one) tokens, another \(other)"
    case .emptyCorpus:
      "cannot train: no sequence has two tokens or more"
    }
  }

  /// The meaning of a `dnnl_status_t`.
  private static func name(ofStatus status: UInt32) -> String {
    switch status {
    case 1: "out of memory"
    case 2: "invalid arguments"
    case 3: "not implemented here"
    default: "status \(status)"
    }
  }
}
