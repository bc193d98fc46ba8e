/// A text that a user types to name a port: numbers (`20:0`), a name, or the beginning or a part of one.
///
/// `client:port` names a port of a client; case is ignored.
public struct PortQuery: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The text typed.
  public var text: String

  /// A query for the ports that match `text`.
  public init(_ text: String) { self.text = text }

  /// A query for the ports that match the literal.
  public init(stringLiteral text: String) { self.init(text) }

  /// The matching ones of `ports`, in their order: by numbers, else by a whole name, else by
  /// the beginning of one, else by a part.
  public func matches(in ports: [SequencerPort]) -> [SequencerPort] {
    if let address = PortAddress(text) { return ports.filter { $0.address == address } }
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return [] }
    let comparisons: [(String) -> Bool] = [
      { $0 == wanted }, { $0.hasPrefix(wanted) }, { $0.contains(wanted) },
    ]
    for agrees in comparisons {
      let found = ports.filter { port in port.identity.spellings.contains(where: agrees) }
      guard found.isEmpty else { return found }
    }
    return []
  }

  /// The only match: the first matching port of the only device that matches.
  ///
  /// - Throws: `SequencerError.noSuchPort` or `SequencerError.ambiguousPort`.
  public func only(of ports: [SequencerPort]) throws(SequencerError) -> SequencerPort {
    let found = matches(in: ports)
    guard let first = found.first else {
      throw .noSuchPort(name: text, candidates: ports.map(\.name))
    }
    guard found.allSatisfy({ $0.address.client == first.address.client }) else {
      throw .ambiguousPort(name: text, candidates: found.map { "\($0.address) \($0.name)" })
    }
    return first
  }
}

extension PortIdentity {
  /// All spellings of this port's name, in lower case.
  fileprivate var spellings: [String] {
    [clientName, portName, "\(clientName):\(portName)", "\(clientName): \(portName)"]
      .map { $0.lowercased() }
  }
}
