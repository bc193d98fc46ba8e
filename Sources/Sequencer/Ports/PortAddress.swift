/// The address of a port: the numbers that ALSA assigns to a client and its port, written `20:0`.
///
/// A keyboard that is plugged in again may get other numbers, but keeps its names.
public struct PortAddress: Hashable, Sendable {
  /// The client, 0…255.
  public var client: UInt8

  /// The client's port, 0…255.
  public var port: UInt8

  /// The port numbered `port` of the client numbered `client`.
  public init(client: UInt8, port: UInt8) {
    self.client = client
    self.port = port
  }

  /// Reads `20:0`, or `20` for its first port; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count <= 2, let client = parts[0] else { return nil }
    guard parts.count == 2 else {
      self.init(client: client, port: 0)
      return
    }
    guard let port = parts[1] else { return nil }
    self.init(client: client, port: port)
  }
}

extension PortAddress: CustomStringConvertible {
  /// The address as ALSA's own tools write it: `20:0`.
  public var description: String { "\(client):\(port)" }
}

extension PortAddress: Comparable {
  /// Orders by client, then by port.
  public static func < (left: Self, right: Self) -> Bool {
    (left.client, left.port) < (right.client, right.port)
  }
}

extension PortAddress: Codable {
  /// Reads the text `20:0`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no port is \(text)")
    }
    self = address
  }

  /// Writes the text `20:0`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
