internal import CALSA
internal import Glibc

/// An open connection to the sequencer, closed when the last reference is released.
///
/// The methods in this file are requests to the kernel without shared state, for any thread. Those in
/// `SequencerClient+Events.swift` share alsa-lib's buffers: only one thread may read, and only one thread or
/// actor may write.
@safe final class SequencerClient: @unchecked Sendable {
  /// alsa-lib's handle.
  let handle: OpaquePointer

  /// The client number that the sequencer assigned.
  let id: UInt8

  /// Opens a client that patchbays show as `name`, in non-blocking mode.
  ///
  /// - Throws: `SequencerError.cannotOpen`, `SequencerError.refused`.
  init(name: String) throws(SequencerError) {
    woodshed_alsa_be_quiet()
    var opened: OpaquePointer?
    let code = unsafe snd_seq_open(&opened, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK)
    guard code >= 0, let opened = unsafe opened else {
      // The kernel's code for having no client left; it is not about memory.
      if code == -ENOMEM { throw .clientsTaken(holders: SequencerClient.programsByProc()) }
      let isMissing = unsafe access("/dev/snd/seq", F_OK) != 0
      throw .cannotOpen(code: code, deviceIsMissing: isMissing)
    }
    unsafe handle = unsafe opened
    id = UInt8(truncatingIfNeeded: unsafe snd_seq_client_id(opened))
    try check(unsafe snd_seq_set_client_name(opened, name), "name the sequencer client \(name)")
  }

  deinit {
    unsafe snd_seq_close(handle)
  }

  /// Sets the sizes of the buffers for `input` events to be read and `output` events to be sent, in the
  /// kernel and in this process; the kernel allows 2,000 of each.
  func makeRoom(input: Int, output: Int) throws(SequencerError) {
    try check(unsafe snd_seq_set_client_pool_input(handle, input), "make room for events to read")
    try check(unsafe snd_seq_set_client_pool_output(handle, output), "make room for events to send")
    // Events have 28 bytes, but a whole chunk of system exclusive has to fit.
    try check(unsafe snd_seq_set_input_buffer_size(handle, 1 << 17), "make room for reading")
    try check(unsafe snd_seq_set_output_buffer_size(handle, 1 << 16), "make room for sending")
  }

  // MARK: - Ports

  /// The use of a port by other clients.
  enum PortUse {
    /// An input: others connect their ports to it to send to this client.
    case hearing
    /// An output: others connect it to their ports to receive from this client.
    case speaking
    /// None: patchbays do not show it.
    case hidden
  }

  /// Creates a port; the kernel stamps events to it with the real time of `stampingQueue`.
  ///
  /// - Returns: the port's number in this client.
  func makePort(_ name: String, for use: PortUse, stampingQueue: Int32?) throws(SequencerError)
    -> UInt8
  {
    let information = try PortInformation()
    unsafe snd_seq_port_info_set_name(information.handle, name)
    // Always writable: notices from the sequencer itself arrive as events.
    let rights =
      switch use {
      case .hearing: SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE
      case .speaking:
        SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ
      case .hidden: SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_NO_EXPORT
      }
    unsafe snd_seq_port_info_set_capability(information.handle, UInt32(rights))
    unsafe snd_seq_port_info_set_type(
      information.handle,
      UInt32(SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION))
    unsafe snd_seq_port_info_set_midi_channels(information.handle, 16)
    if let stampingQueue {
      unsafe snd_seq_port_info_set_timestamping(information.handle, 1)
      unsafe snd_seq_port_info_set_timestamp_real(information.handle, 1)
      unsafe snd_seq_port_info_set_timestamp_queue(information.handle, stampingQueue)
    }
    try check(
      unsafe snd_seq_create_port(handle, information.handle), "create the port \"\(name)\"")
    return UInt8(truncatingIfNeeded: unsafe snd_seq_port_info_get_port(information.handle))
  }

  /// Connects `sender` to this client's `port`; does nothing if it is already connected.
  func connect(_ port: UInt8, from sender: PortAddress) throws(SequencerError) {
    let code = unsafe snd_seq_connect_from(
      handle, Int32(port), Int32(sender.client), Int32(sender.port))
    if code != -EBUSY { try check(code, "record from port \(sender)") }
  }

  /// Connects this client's `port` to `receiver`; does nothing if it is already connected.
  func connect(_ port: UInt8, to receiver: PortAddress) throws(SequencerError) {
    let code = unsafe snd_seq_connect_to(
      handle, Int32(port), Int32(receiver.client), Int32(receiver.port))
    if code != -EBUSY { try check(code, "play to port \(receiver)") }
  }

  /// Disconnects this client's `port` from `receiver`; does nothing if it is not connected.
  func disconnect(_ port: UInt8, from receiver: PortAddress) {
    _ = unsafe snd_seq_disconnect_to(
      handle, Int32(port), Int32(receiver.client), Int32(receiver.port))
  }

  /// Subscribes this client's `port` to the notices of ports that appear and disappear.
  func announce(to port: UInt8) throws(SequencerError) {
    let code = unsafe snd_seq_connect_from(
      handle, Int32(port), SND_SEQ_CLIENT_SYSTEM, SND_SEQ_PORT_SYSTEM_ANNOUNCE)
    try check(code, "listen for keyboards that are plugged in")
  }

  // MARK: - Queues

  /// Creates a queue, which is not started.
  func makeQueue(_ name: String) throws(SequencerError) -> Int32 {
    let code = unsafe snd_seq_alloc_named_queue(handle, name)
    if code == -ENOMEM, let holders = holdersOfAllQueues() { throw .queuesTaken(holders: holders) }
    return try check(code, "create a sequencer queue")
  }

  /// The real time of `queue`, in nanoseconds.
  func time(of queue: Int32) throws(SequencerError) -> Int64 {
    var status: OpaquePointer?
    try check(unsafe snd_seq_queue_status_malloc(&status), "read the sequencer's clock")
    defer { unsafe snd_seq_queue_status_free(status) }
    try check(
      unsafe snd_seq_get_queue_status(handle, queue, status), "read the sequencer's clock")
    guard let time = unsafe snd_seq_queue_status_get_real_time(status) else { return 0 }
    return unsafe time.pointee.nanoseconds
  }
}

/// alsa-lib's description of a port, freed with this.
@safe final class PortInformation {
  let handle: OpaquePointer

  init() throws(SequencerError) {
    var made: OpaquePointer?
    let code = unsafe snd_seq_port_info_malloc(&made)
    guard let made = unsafe made else { throw .refused(task: "describe a port", code: code) }
    unsafe handle = unsafe made
  }

  deinit { unsafe snd_seq_port_info_free(handle) }
}
