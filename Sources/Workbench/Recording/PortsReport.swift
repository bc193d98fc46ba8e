import Sequencer

/// The MIDI ports that can be recorded from and played to.
public struct PortsReport: Codable, Hashable, Sendable {
  /// One port.
  public struct Line: Codable, Hashable, Sendable {
    /// Its numbers: "20:0".
    public var address: String
    /// The name of the device or program.
    public var client: String
    /// The name of the port within it.
    public var port: String
    /// "hardware", "software" or "system".
    public var kind: String
    /// Whether it can be recorded from.
    public var canRecord: Bool
    /// Whether it is recorded from if no port is named.
    public var isRecordedUnnamed: Bool
    /// Whether it can be played to.
    public var canPlay: Bool
    /// The ports that are connected to receive from it.
    public var sendsTo: [String]
    /// The ports that it is connected to receive from.
    public var hears: [String]
  }

  /// All ports except woodshed's own, in the order of their numbers.
  public var ports: [Line]

  /// The ports there are now.
  ///
  /// - Throws: `SequencerError`.
  public static func current() throws -> PortsReport {
    PortsReport(try PortList.current())
  }

  /// The ports there are now, and again all ports whenever something changes.
  ///
  /// - Throws: `SequencerError`.
  public static func changes() throws -> AsyncThrowingStream<PortsReport, any Error> {
    let lists = try PortList.changes()
    return AsyncThrowingStream { continuation in
      let task = Task {
        do {
          for try await list in lists { continuation.yield(PortsReport(list)) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private init(_ list: [SequencerPort]) {
    let unnamed = PortSelection.allHardware.ports(among: list)
    ports = list.map { port in
      Line(
        address: "\(port.address)", client: port.identity.clientName,
        port: port.identity.portName, kind: port.kind.rawValue, canRecord: port.isReadable,
        isRecordedUnnamed: unnamed.contains(port), canPlay: port.isWritable,
        sendsTo: port.sendsTo.map { "\($0)" },
        hears: port.hears.map { "\($0)" })
    }
  }
}
