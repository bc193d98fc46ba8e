/// What identifies a port: its names, and its current address.
public struct PortIdentity: Hashable, Sendable, Codable {
  /// The address, which may change when the device is plugged in again.
  public var address: PortAddress

  /// The name of the device or program.
  public var clientName: String

  /// The name of the port within it.
  public var portName: String

  /// A port at `address` called `portName`, of a device or program called `clientName`.
  public init(address: PortAddress, clientName: String, portName: String) {
    self.address = address
    self.clientName = clientName
    self.portName = portName
  }

  /// The name to display: the client's, with the port's if that adds something.
  public var name: String {
    portName.hasPrefix(clientName) ? portName : "\(clientName): \(portName)"
  }
}

/// A port that can be connected to, as the sequencer lists it.
public struct SequencerPort: Hashable, Sendable, Codable {
  /// The kind of a port.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// A device: a keyboard, a sound module, an interface.
    case hardware
    /// Another program.
    case software
    /// The sequencer's own: timer, announcements, Midi Through.
    case system
  }

  /// Its address and names.
  public var identity: PortIdentity

  /// Its kind.
  public var kind: Kind

  /// Whether it can be recorded from.
  public var isReadable: Bool

  /// Whether it can be played to.
  public var isWritable: Bool

  /// Whether it repeats what all other ports of its client send: the port of a whole MIDI 2.0
  /// endpoint, whose groups have ports of their own.
  public var isEndpoint: Bool

  /// The ports that receive from this one.
  public var sendsTo: [PortAddress]

  /// The ports that this one receives from.
  public var hears: [PortAddress]

  /// A port as listed.
  public init(
    identity: PortIdentity, kind: Kind, isReadable: Bool, isWritable: Bool,
    isEndpoint: Bool = false, sendsTo: [PortAddress] = [], hears: [PortAddress] = []
  ) {
    self.identity = identity
    self.kind = kind
    self.isReadable = isReadable
    self.isWritable = isWritable
    self.isEndpoint = isEndpoint
    self.sendsTo = sendsTo
    self.hears = hears
  }

  /// Its address, `20:0`.
  public var address: PortAddress { identity.address }

  /// The name to display.
  public var name: String { identity.name }
}

extension [SequencerPort] {
  /// All except endpoints whose groups are in the list too.
  public var withoutRepeats: [SequencerPort] {
    filter { port in
      !port.isEndpoint
        || !contains {
          $0.address.client == port.address.client && $0.address != port.address && !$0.isEndpoint
        }
    }
  }
}
