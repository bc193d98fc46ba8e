internal import CALSA
public import Foundation
internal import MIDI

/// An ear at the sequencer: a client and port called "woodshed" that patchbays see, and all that is
/// played to it.
///
/// It connects to the ports that were asked for and goes on when they are unplugged: a port that
/// returns under the same names is connected again. Whatever is connected to it by hand is heard,
/// too. Every message is reported but clock and active sensing, in the order of its arrival, with
/// the kernel's time stamp.
///
///     let input = try SequencerInput(.allHardware)
///     for try await stamped in input.events { … }
public final class SequencerInput: Sendable {
  /// What happens, for one reader; it ends after `stop()`, when all is read. Events that wait to be
  /// taken are kept in memory, however many.
  public let events: AsyncThrowingStream<StampedEvent, any Error>

  /// The time of day at nanosecond 0.
  public let start: Date

  /// Where other programs can connect to.
  public let address: PortAddress

  /// The ports that were connected when it was opened.
  public let connectedAtFirst: [SequencerPort]

  /// The ports of programs that were there when it was opened and could be recorded from.
  public let programs: [SequencerPort]

  private let client: SequencerClient
  private let queue: Int32
  private let reader: EventReader

  /// Opens the input and connects it.
  ///
  /// - Parameters:
  ///   - selection: the ports to record from.
  ///   - waitsForAbsent: whether a name that no port goes by yet is waited for.
  ///   - name: what patchbays show.
  /// - Throws: `SequencerError.cannotOpen`, `.refused`, `.noSuchPort`.
  public convenience init(
    _ selection: PortSelection = .allHardware, waitsForAbsent: Bool = false,
    name: String = "woodshed"
  ) throws(SequencerError) {
    try self.init(selection, waitsForAbsent: waitsForAbsent, name: name, room: 2000)
  }

  /// - Parameter room: how many events the kernel holds until they are read, at most 2,000.
  init(_ selection: PortSelection, waitsForAbsent: Bool, name: String, room: Int)
    throws(SequencerError)
  {
    let client = try SequencerClient(name: name)
    try client.makeRoom(input: room, output: 100)
    let queue = try client.makeQueue(name)
    try client.start(queue)
    start = Date(timeIntervalSinceNow: -Double(try client.time(of: queue)) / 1e9)
    let port = try client.makePort("in", for: .hearing, stampingQueue: queue)
    // The notices come to the same client, so that they keep their place among the notes.
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
    let ear = Ear(client: client, port: port, connections: connections) { continuation.yield($0) }
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

  /// The present on the clock of the stamps, in nanoseconds.
  ///
  /// - Throws: `SequencerError.refused`.
  public func now() throws(SequencerError) -> Int64 { try client.time(of: queue) }

  /// Reads what has arrived, and ends `events`. Returns at once.
  public func stop() { reader.stop() }
}
