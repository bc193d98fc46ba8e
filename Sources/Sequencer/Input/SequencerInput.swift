internal import CALSA
public import Foundation
internal import MIDI

/// An input from the sequencer: a client and port called "woodshed" that patchbays show, and the events that
/// arrive at it.
///
/// It connects to the requested ports and goes on when they are unplugged: a port that returns under the same
/// names is connected again. Ports connected to it by hand are recorded too. Every message except clock,
/// active sensing and time code is reported in the order of arrival, with the kernel's time stamp.
///
///     let input = try SequencerInput(.allHardware)
///     for try await stamped in input.events { … }
public final class SequencerInput: Sendable {
  /// The events, for a single consumer; ends after `stop()`, when all have been read. Events not yet consumed
  /// are buffered in memory without limit.
  public let events: AsyncThrowingStream<StampedEvent, any Error>

  /// The time of day at nanosecond 0.
  public let start: Date

  /// The address that other programs can connect to.
  public let address: PortAddress

  /// The ports that were connected when it was opened.
  public let connectedAtFirst: [SequencerPort]

  /// The ports of programs that existed when it was opened and could be recorded from.
  public let programs: [SequencerPort]

  private let client: SequencerClient
  private let queue: Int32
  private let reader: EventReader

  /// Opens the input and connects it.
  ///
  /// - Parameters:
  ///   - selection: the ports to record from.
  ///   - waitsForAbsent: whether to wait for a port that matches a name, instead of throwing.
  ///   - name: the name that patchbays show.
  ///   - isUnwanted: whether an event is to be dropped; called for each at once and on one thread, and must not
  ///     block.
  ///   - listener: is called with each event too, at once and on one thread, before it is in ``events``; it
  ///     must not block.
  /// - Throws: `SequencerError.cannotOpen`, `.refused`, `.noSuchPort`.
  public convenience init(
    _ selection: PortSelection = .allHardware, waitsForAbsent: Bool = false,
    name: String = "woodshed", dropping isUnwanted: (@Sendable (StampedEvent) -> Bool)? = nil,
    alsoTo listener: (@Sendable (StampedEvent) -> Void)? = nil
  ) throws(SequencerError) {
    try self.init(
      selection, waitsForAbsent: waitsForAbsent, name: name, room: 2000, dropping: isUnwanted,
      alsoTo: listener)
  }

  /// - Parameter room: how many unread events the kernel buffers, at most 2,000.
  init(
    _ selection: PortSelection, waitsForAbsent: Bool, name: String, room: Int,
    dropping isUnwanted: (@Sendable (StampedEvent) -> Bool)? = nil,
    alsoTo listener: (@Sendable (StampedEvent) -> Void)? = nil
  ) throws(SequencerError) {
    let client = try SequencerClient(name: name)
    try client.makeRoom(input: room, output: 100)
    let queue = try client.makeQueue(name)
    try client.start(queue)
    start = Date(timeIntervalSinceNow: -Double(try client.time(of: queue)) / 1e9)
    let port = try client.makePort("in", for: .hearing, stampingQueue: queue)
    // Notices go to the same client, so that their order among the notes is kept.
    let noticePort = try client.makePort("notices", for: .hidden, stampingQueue: queue)
    try client.announce(to: noticePort)

    var connections = Connections(selection)
    let ports = try client.ports()
    let first = try connections.choose(among: ports, waitsForAbsent: waitsForAbsent)
    connectedAtFirst = first
    programs = ports.filter {
      $0.kind == .software && $0.isReadable && $0.identity.clientName != name
    }
    let (events, continuation) = AsyncThrowingStream<StampedEvent, any Error>.makeStream()
    let ear = Ear(client: client, port: port, connections: connections) {
      if isUnwanted?($0) == true { return }
      listener?($0)
      continuation.yield($0)
    }
    let now = try client.time(of: queue)
    for port in first { try ear.connect(to: port, at: now) }
    reader = try EventReader(client) { reading in
      switch reading {
      case .success(let reading): ear.hear(reading)
      case .failure(let error): continuation.finish(throwing: error)
      case nil: continuation.finish()
      }
    }
    self.client = client
    self.queue = queue
    self.events = events
    address = PortAddress(client: client.id, port: port)
    continuation.onTermination = { [reader] _ in reader.stop() }
  }

  /// The current time on the clock of the time stamps, in nanoseconds.
  ///
  /// - Throws: `SequencerError.refused`.
  public func now() throws(SequencerError) -> Int64 { try client.time(of: queue) }

  /// Ends `events` after what has arrived is read. Returns at once.
  public func stop() { reader.stop() }
}
