internal import CALSA
internal import Glibc

extension SequencerClient {
  /// The result of reading.
  enum Reading {
    /// An event.
    case event(SequencerEvent)
    /// The kernel's buffer overran and was emptied: events are lost.
    case overrun
    /// No event at the moment.
    case nothing
  }

  /// Reads the next event, without blocking.
  func read() throws(SequencerError) -> Reading {
    var event: UnsafeMutablePointer<snd_seq_event_t>?
    let code = unsafe snd_seq_event_input(handle, &event)
    switch code {
    case -EAGAIN, -EINTR: return .nothing
    case -ENOSPC: return .overrun
    default: try check(code, "read from the sequencer")
    }
    guard let event = unsafe event else { return .nothing }
    return unsafe .event(SequencerEvent(copying: event))
  }

  /// Reads the notices to this client.
  ///
  /// - Throws: `SequencerError.portGone` when one tells that it is no longer connected to `receiver`.
  func watch(connectionTo receiver: PortIdentity) throws(SequencerError) {
    while true {
      switch try read() {
      case .nothing: return
      case .event(let event):
        guard event.type == SND_SEQ_EVENT_PORT_UNSUBSCRIBED,
          case .connection(_, let other) = event.content, other == receiver.address
        else { break }
        throw .portGone(name: receiver.name)
      case .overrun: break
      }
    }
  }

  /// The file descriptor to poll for events.
  var fileDescriptor: Int32 {
    var waiting = pollfd()
    _ = unsafe snd_seq_poll_descriptors(handle, &waiting, 1, Int16(POLLIN))
    return waiting.fd
  }

  /// Puts `event` into the buffer, to be sent from `port` at `nanoseconds` on `queue`, or at once
  /// if that is nil; returns false if the buffer is full until the next `flush()`.
  func put(
    _ event: SequencerEvent, from port: UInt8, on queue: Int32?, at nanoseconds: Int64 = 0
  ) throws(SequencerError) -> Bool {
    let code = unsafe event.withStructure(from: port, on: queue, at: nanoseconds) {
      unsafe snd_seq_event_output_buffer(handle, $0)
    }
    if code == -EAGAIN { return false }
    try check(code, "send to the sequencer")
    return true
  }

  /// Sends the buffer to the kernel; returns false if the kernel has no room for all of it now.
  @discardableResult
  func flush() throws(SequencerError) -> Bool {
    let code = unsafe snd_seq_drain_output(handle)
    if code == -EAGAIN { return false }
    try check(code, "send to the sequencer")
    return true
  }

  /// Whether the kernel has delivered all events.
  func hasPlayedAll() throws(SequencerError) -> Bool {
    let cells = try outputCells()
    return cells.free >= cells.all
  }

  /// The number of cells in the kernel's output pool, which holds events not yet
  /// played, and how many are free.
  func outputCells() throws(SequencerError) -> (free: Int, all: Int) {
    var pool: OpaquePointer?
    try check(unsafe snd_seq_client_pool_malloc(&pool), "ask what is still to be played")
    defer { unsafe snd_seq_client_pool_free(pool) }
    try check(unsafe snd_seq_get_client_pool(handle, pool), "ask what is still to be played")
    return unsafe (
      snd_seq_client_pool_get_output_free(pool), snd_seq_client_pool_get_output_pool(pool)
    )
  }

  /// Removes all events that have not been played, here and in the kernel.
  func takeBack() throws(SequencerError) {
    try check(unsafe snd_seq_drop_output(handle), "stop what is still to be played")
  }

  /// Starts `queue` at time 0.
  func start(_ queue: Int32) throws(SequencerError) {
    try check(unsafe woodshed_alsa_start_queue(handle, queue), "start the sequencer's clock")
    try flush()
  }

  /// Stops `queue`; its events stay in it.
  func stop(_ queue: Int32) throws(SequencerError) {
    try check(unsafe woodshed_alsa_stop_queue(handle, queue), "stop the sequencer's clock")
    try flush()
  }

  /// Continues `queue` from where it was stopped.
  func resume(_ queue: Int32) throws(SequencerError) {
    try check(unsafe woodshed_alsa_continue_queue(handle, queue), "start the sequencer's clock")
    try flush()
  }
}
