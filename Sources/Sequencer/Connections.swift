/// Which ports an input records from.
public enum PortSelection: Hashable, Sendable {
  /// Every device, now and whenever one is plugged in.
  case allHardware

  /// The ports that go by these names, now and whenever they return.
  case named([PortQuery])
}

/// Keeps count of the ports that an input hears, and says which that appear it wants.
struct Connections {
  private let selection: PortSelection

  /// The names of the ports chosen at the start: who returns under the same ones is welcome.
  private var chosen: Set<[String]> = []

  /// The ports that are connected.
  private(set) var connected: [PortAddress: PortIdentity] = [:]

  init(_ selection: PortSelection) { self.selection = selection }

  /// Chooses among the `ports` there are at the start.
  ///
  /// - Parameter waitsForAbsent: whether a name that no port goes by is no error.
  /// - Returns: the ports to connect to.
  /// - Throws: `SequencerError.noSuchPort`.
  mutating func choose(among ports: [SequencerPort], waitsForAbsent: Bool) throws(SequencerError)
    -> [SequencerPort]
  {
    let readable = ports.filter(\.isReadable)
    switch selection {
    case .allHardware:
      return readable.filter(wants)
    case .named(let queries):
      var found: [SequencerPort] = []
      for query in queries {
        let matches = query.matches(in: readable)
        guard waitsForAbsent || !matches.isEmpty else {
          throw .noSuchPort(name: query.text, candidates: readable.map(\.name))
        }
        found += matches.filter { !found.contains($0) }
      }
      chosen.formUnion(found.map(\.identity.names))
      return found
    }
  }

  /// Whether a port that has appeared is to be connected to.
  func wants(_ port: SequencerPort) -> Bool {
    guard port.isReadable, connected[port.address] == nil else { return false }
    switch selection {
    case .allHardware:
      return port.kind == .hardware
    case .named(let queries):
      return chosen.contains(port.identity.names)
        || chosen.isEmpty && queries.contains { !$0.matches(in: [port]).isEmpty }
    }
  }

  /// Notes that `port` is connected; false if it was already.
  mutating func add(_ port: PortIdentity) -> Bool {
    connected.updateValue(port, forKey: port.address) == nil
  }

  /// Notes that the port at `address` is gone.
  ///
  /// - Returns: the port, if it was connected.
  mutating func remove(_ address: PortAddress) -> PortIdentity? {
    connected.removeValue(forKey: address)
  }
}

extension PortIdentity {
  /// What stays when a device is plugged in again.
  fileprivate var names: [String] { [clientName, portName] }
}
