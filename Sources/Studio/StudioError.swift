/// Why a studio cannot be opened, or a request not be answered.
package enum StudioError: Error, Hashable {
  /// Another program listens at the port.
  case portTaken(Int)
  /// The system does not let it listen; `cause` is its error.
  case cannotListen(cause: String)
  /// A request asks for what there is not.
  case notFound(path: String)
  /// There is such a thing, but it cannot be asked for in this way.
  case wrongMethod(path: String, allowed: String)
  /// A request's body or query is not what it must be.
  case badRequest(cause: String)
  /// A request's body is longer than `bytes`.
  case tooLong(bytes: Int)
  /// A request comes from another page or for another host.
  case stranger(cause: String)
  /// A request has neither the token nor the cookie.
  case noToken
  /// As many are open already as may be.
  case tooMany(what: String, most: Int)
}

extension StudioError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  package var description: String {
    switch self {
    case .portTaken(let port):
      "cannot open the studio at port \(port): another program listens there; name another port, "
        + "or none for one that is free"
    case .cannotListen(let cause): "cannot open the studio: \(cause)"
    case .notFound(let path): "cannot find \(path): there is no such thing in the studio"
    case .wrongMethod(let path, let allowed): "cannot do that with \(path): it takes \(allowed)"
    case .badRequest(let cause): "cannot answer: \(cause)"
    case .tooLong(let bytes): "cannot answer: what was sent is longer than \(bytes) bytes"
    case .stranger(let cause): "cannot answer: \(cause)"
    case .noToken:
      "cannot answer: the studio does not know this browser; open the address that the terminal shows"
    case .tooMany(let what, let most): "cannot open more \(what): \(most) are open already"
    }
  }
}
