internal import CALSA
internal import MIDI

/// Handles what an input's reading thread reads: reports messages, and keeps track of connections.
final class Ear {
  private let client: SequencerClient
  private let port: UInt8
  private let report: (StampedEvent) -> Void
  private var connections: Connections
  private var decoder = EventDecoder()
  /// The senders that are not connected themselves: the groups of an endpoint, whose port forwards their
  /// events with their own addresses.
  private var unconnected: [PortAddress: PortIdentity] = [:]
  private var last: Int64 = 0

  private var own: PortAddress { PortAddress(client: client.id, port: port) }

  /// An ear at `port` of `client`, which passes events to `report`.
  init(
    client: SequencerClient, port: UInt8, connections: Connections,
    report: @escaping (StampedEvent) -> Void
  ) {
    self.client = client
    self.port = port
    self.connections = connections
    self.report = report
  }

  /// Connects to `other`, and reports that with the given time in nanoseconds.
  func connect(to other: SequencerPort, at time: Int64) throws(SequencerError) {
    try client.connect(port, from: other.address)
    if connections.add(other.identity) { tell(.plugged(other.identity), at: time) }
  }

  /// Handles a reading.
  func hear(_ reading: SequencerClient.Reading) {
    switch reading {
    case .nothing: break
    case .overrun:
      tell(.overrun, at: last)
      makeUpForLostNotices()
    case .event(let event):
      if !hearNotice(event) { hearMessages(event) }
    }
  }

  private func hearMessages(_ event: SequencerEvent) {
    let messages = decoder.decode(event)
    guard !messages.isEmpty else { return }
    let source = sender(at: event.source)
    for message in messages { tell(.message(message, from: source), at: event.nanoseconds) }
  }

  /// Handles a notice of ports that appear, disappear or are connected; returns whether `event` was one.
  private func hearNotice(_ event: SequencerEvent) -> Bool {
    let time = event.nanoseconds
    switch (event.type, event.content) {
    case (SND_SEQ_EVENT_PORT_START, .port(let address)),
      (SND_SEQ_EVENT_PORT_CHANGE, .port(let address)):
      welcome(address, at: time)
    case (SND_SEQ_EVENT_PORT_EXIT, .port(let address)):
      part(from: address, at: time)
    case (SND_SEQ_EVENT_PORT_SUBSCRIBED, .connection(let sender, let receiver)):
      guard receiver == own else { break }
      let other = identity(at: sender)
      if connections.add(other) { tell(.plugged(other), at: time) }
    case (SND_SEQ_EVENT_PORT_UNSUBSCRIBED, .connection(let sender, let receiver)):
      if receiver == own { part(from: sender, at: time) }
    default: return false
    }
    return true
  }

  /// Connects to the port at `address` if it is wanted. Errors are ignored: a port that has disappeared again
  /// or refuses sends nothing that could be lost.
  private func welcome(_ address: PortAddress, at time: Int64) {
    guard let other = try? client.port(at: address), let ports = try? client.ports(),
      connections.wants(other, among: ports)
    else { return }
    try? connect(to: other, at: time)
  }

  private func part(from address: PortAddress, at time: Int64) {
    let gone = connections.remove(address)
    // With an endpoint's port its groups disappear.
    let through = unconnected.keys.filter {
      $0 == address || gone != nil && $0.client == address.client
    }
    for address in through.sorted() {
      decoder.forget(address)
      if let source = unconnected.removeValue(forKey: address) {
        tell(.unplugged(source), at: time)
      }
    }
    decoder.forget(address)
    if let gone { tell(.unplugged(gone), at: time) }
  }

  /// After an overrun notices may have been lost: compares the connections with the ports that exist.
  private func makeUpForLostNotices() {
    guard let ports = try? client.ports() else { return }
    let heard = Set(ports.filter { $0.sendsTo.contains(own) }.map(\.address))
    for address in connections.connected.keys.sorted() where !heard.contains(address) {
      part(from: address, at: last)
    }
    for other in ports where heard.contains(other.address) {
      if connections.add(other.identity) { tell(.plugged(other.identity), at: last) }
    }
    for other in ports { welcome(other.address, at: last) }
  }

  private func identity(at address: PortAddress) -> PortIdentity {
    if let known = connections.connected[address] ?? unconnected[address] { return known }
    return (try? client.port(at: address))?.identity
      ?? PortIdentity(address: address, clientName: "\(address)", portName: "\(address)")
  }

  /// The sender of an event; remembered if it is not connected itself.
  private func sender(at address: PortAddress) -> PortIdentity {
    let sender = identity(at: address)
    if connections.connected[address] == nil { unconnected[address] = sender }
    return sender
  }

  /// Reports an event with a time that is not before the last one: events of senders on two processors may be
  /// delivered in another order than they were stamped, and the order of delivery is kept.
  private func tell(_ event: InputEvent, at time: Int64) {
    last = max(last, time)
    report(StampedEvent(nanoseconds: last, event: event))
  }
}
