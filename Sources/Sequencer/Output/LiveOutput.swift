internal import CALSA
public import MIDI

/// Plays messages that are made up while it plays, to a port, from a client called "woodshed" that patchbays
/// show.
///
/// The kernel does the timing: messages are scheduled a little ahead of time on a queue of the sequencer, and
/// what has not been played can be withdrawn. Times are those of an input, in nanoseconds. Used by one thread
/// at a time.
public final class LiveOutput {
  /// The port that is played to; `nil` if others connect themselves.
  public private(set) var destination: PortIdentity?

  /// The address that other programs can connect to.
  public let address: PortAddress

  /// Whether the port that was played to is there, but was disconnected.
  private var isDisconnectedByHand = false
  private let client: SequencerClient
  private let queue: Int32
  private let port: UInt8
  private let button: PanicButton
  /// By how much the input's clock is ahead of the queue's, in nanoseconds.
  private let lead: Int64

  /// Opens an output and connects it.
  ///
  /// - Parameters:
  ///   - destination: the port to play to; `nil` for none.
  ///   - input: the input whose clock times are on.
  ///   - name: the name that patchbays show.
  /// - Throws: `SequencerError.cannotOpen`, `.refused`.
  public init(
    to destination: SequencerPort?, onClockOf input: SequencerInput, name: String = "woodshed"
  ) throws(SequencerError) {
    client = try SequencerClient(name: name)
    try client.makeRoom(input: 200, output: 2000)
    queue = try client.makeQueue(name)
    port = try client.makePort("out", for: .speaking, stampingQueue: nil)
    if let destination { try client.connect(port, to: destination.address) }
    self.destination = destination?.identity
    address = PortAddress(client: client.id, port: port)
    try client.start(queue)
    // The least of several differences: between two readings the thread may have been interrupted.
    var differences: [Int64] = []
    for _ in 0..<16 {
      let before = try client.time(of: queue)
      let there = try input.now()
      let after = try client.time(of: queue)
      differences.append(there - (before + after) / 2)
    }
    lead = differences.sorted()[differences.count / 2]
    button = PanicButton(Self.silence, client: client, port: port)
  }

  /// The time on the clock of the input, in nanoseconds.
  ///
  /// - Throws: `SequencerError.refused`.
  public func now() throws(SequencerError) -> Int64 { try client.time(of: queue) + lead }

  /// Schedules a message at a time in nanoseconds, or at once if that is past, at the next ``flush()``.
  ///
  /// - Returns: when it is played, in nanoseconds.
  /// - Throws: `SequencerError.refused`.
  public func schedule(_ message: MIDIMessage, at time: Int64) throws(SequencerError) -> Int64 {
    for event in EventEncoder.encode(message) {
      let time = max(0, time - lead)
      if try client.put(event, from: port, on: queue, at: time) { continue }
      try client.flush()
      guard try client.put(event, from: port, on: queue, at: time) else {
        throw .refused(task: "send to the sequencer", code: -EAGAIN)
      }
    }
    return max(time, try now())
  }

  /// Hands what was scheduled to the kernel.
  ///
  /// - Throws: `SequencerError.refused`, `.portGone`.
  public func flush() throws(SequencerError) {
    try client.flush()
    guard let destination else { return }
    do throws(SequencerError) {
      try client.watch(connectionTo: destination)
    } catch {
      isDisconnectedByHand = try client.port(at: destination.address) != nil
      // What sounds there would sound for ever.
      if isDisconnectedByHand { try silenceOnceMore(destination.address) }
      throw error
    }
  }

  private func silenceOnceMore(_ receiver: PortAddress) throws(SequencerError) {
    try client.connect(port, to: receiver)
    try silence()
    client.disconnect(port, from: receiver)
    while case .event = try client.read() {}
  }

  /// Looks for something to play to after that was lost: the port that was unplugged, or any that is connected
  /// by hand; returns whether there is one.
  public func reconnect() -> Bool {
    guard let lost = destination, let ports = try? client.ports() else { return false }
    if let receiver = client.receivers(of: port).first {
      destination = ports.first { $0.address == receiver }?.identity ?? lost
      return true
    }
    // What was disconnected by hand is to stay so.
    guard !isDisconnectedByHand else { return false }
    let port = ports.first {
      $0.isWritable && $0.identity.clientName == lost.clientName
        && $0.identity.portName == lost.portName
    }
    guard let port, (try? client.connect(self.port, to: port.address)) != nil else { return false }
    destination = port.identity
    return true
  }

  /// Withdraws everything that has not been played.
  ///
  /// - Returns: a time in nanoseconds: what was scheduled for it or earlier may have been played, and nothing
  ///   that was scheduled for later.
  /// - Throws: `SequencerError.refused`.
  public func withdraw() throws(SequencerError) -> Int64 {
    try client.takeBack()
    return try now()
  }

  /// Withdraws everything, and ends all notes and pedals of the first channel.
  ///
  /// - Throws: `SequencerError.refused`.
  public func silence() throws(SequencerError) {
    try client.takeBack()
    for message in Self.silence {
      for event in EventEncoder.encode(message) {
        if try !client.put(event, from: port, on: nil) { try client.flush() }
      }
    }
    try client.flush()
  }

  /// Pedals up, all notes off, all sound off, and a note-off for every key, for instruments that ignore the
  /// others.
  private static let silence = Silence.messages(
    after: (0..<128).map { MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: $0, velocity: 1)) })
}
