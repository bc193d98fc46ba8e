/// Which ports an input records from.
public enum PortSelection: Hashable, Sendable {
  /// Every device, now and whenever one is plugged in.
  case allHardware

  /// The ports that match these names, now and whenever they return.
  case named([PortQuery])

  /// The selected ones of `ports`; of an endpoint and its groups, only the groups.
  public func ports(among ports: [SequencerPort]) -> [SequencerPort] {
    let readable = ports.filter(\.isReadable)
    switch self {
    case .allHardware: return readable.filter { $0.kind == .hardware }.withoutRepeats
    case .named(let queries):
      let matches = queries.map { $0.matches(in: readable) }
      return matches.reduce(into: []) { found, more in
        found += more.filter { !found.contains($0) }
      }.withoutRepeats
    }
  }
}

/// The connected ports of an input, and the decision which new ports to connect to.
struct Connections {
  private let selection: PortSelection

  /// The names of the ports chosen at the start: a port that returns under the same names is connected again.
  private var chosen: Set<[String]> = []

  /// The ports that are connected.
  private(set) var connected: [PortAddress: PortIdentity] = [:]

  init(_ selection: PortSelection) { self.selection = selection }

  /// Chooses among the `ports` that exist at the start.
  ///
  /// - Parameter waitsForAbsent: whether to accept a name that no port matches.
  /// - Returns: the ports to connect to.
  /// - Throws: `SequencerError.noSuchPort`.
  mutating func choose(among ports: [SequencerPort], waitsForAbsent: Bool) throws(SequencerError)
    -> [SequencerPort]
  {
    let found = selection.ports(among: ports)
    guard case .named(let queries) = selection else { return found }
    let readable = ports.filter(\.isReadable)
    for query in queries where !waitsForAbsent && query.matches(in: readable).isEmpty {
      throw .noSuchPort(name: query.text, candidates: readable.map(\.name))
    }
    chosen.formUnion(found.map(\.identity.names))
    return found
  }

  /// Whether to connect to a port that has appeared, given all existing `ports`.
  func wants(_ port: SequencerPort, among ports: [SequencerPort]) -> Bool {
    guard port.isReadable, connected[port.address] == nil else { return false }
    guard !isHeard(throughAnother: port, among: ports) else { return false }
    switch selection {
    case .allHardware:
      return port.kind == .hardware
    case .named(let queries):
      return chosen.contains(port.identity.names)
        || chosen.isEmpty && queries.contains { !$0.matches(in: [port]).isEmpty }
    }
  }

  /// Whether the events of `port` arrive through another port of its client: an endpoint's through its
  /// groups, or a group's through the endpoint if that was connected first.
  private func isHeard(throughAnother port: SequencerPort, among ports: [SequencerPort]) -> Bool {
    ports.contains { other in
      guard other.address.client == port.address.client, other.isEndpoint != port.isEndpoint,
        other.isReadable
      else { return false }
      if connected[other.address] != nil { return true }
      return port.isEndpoint && selection == .allHardware
    }
  }

  /// Records that `port` is connected; returns false if it already was.
  mutating func add(_ port: PortIdentity) -> Bool {
    connected.updateValue(port, forKey: port.address) == nil
  }

  /// Records that the port at `address` is disconnected.
  ///
  /// - Returns: the port, if it was connected.
  mutating func remove(_ address: PortAddress) -> PortIdentity? {
    connected.removeValue(forKey: address)
  }
}

extension PortIdentity {
  /// The client's and the port's name, which stay the same when a device is plugged in again.
  fileprivate var names: [String] { [clientName, portName] }
}
