internal import CALSA
internal import Glibc

/// An open connection to the sequencer, closed when the last reference goes.
///
/// The calls of the first part are requests to the kernel that share nothing: any thread may make
/// them. Those of `SequencerClient+Events.swift` share alsa-lib's buffers: reading belongs to one
/// thread, writing to one thread or actor, which may be another.
@safe final class SequencerClient: @unchecked Sendable {
  /// alsa-lib's handle.
  let handle: OpaquePointer

  /// The number the sequencer gave this client.
  let id: UInt8

  /// Opens a client that patchbays show under `name`; no call on it ever waits.
  ///
  /// - Throws: `SequencerError.cannotOpen`, `SequencerError.refused`.
  init(name: String) throws(SequencerError) {
    woodshed_alsa_be_quiet()
    var opened: OpaquePointer?
    let code = unsafe snd_seq_open(&opened, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK)
    guard code >= 0, let opened = unsafe opened else {
      // The kernel has no other code for it; memory is missing nowhere.
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

  /// Makes room for `input` events to be read and `output` events to be sent, in the kernel and in
  /// this process; the kernel allows 2,000 of each.
  func makeRoom(input: Int, output: Int) throws(SequencerError) {
    try check(unsafe snd_seq_set_client_pool_input(handle, input), "make room for events to read")
    try check(unsafe snd_seq_set_client_pool_output(handle, output), "make room for events to send")
    // A whole chunk of system exclusive has to fit; 28 bytes an event otherwise.
    try check(unsafe snd_seq_set_input_buffer_size(handle, 1 << 17), "make room for reading")
    try check(unsafe snd_seq_set_output_buffer_size(handle, 1 << 16), "make room for sending")
  }

  // MARK: - Ports

  /// What a new port lets others do.
  enum PortUse {
    /// Connect theirs to it, to send to this client.
    case hearing
    /// Connect it to theirs, to hear this client.
    case speaking
    /// Nothing: patchbays do not show it.
    case hidden
  }

  /// Creates a port, whose events the kernel stamps with the real time of `stampingQueue`.
  ///
  /// - Returns: the port's number in this client.
  func makePort(_ name: String, for use: PortUse, stampingQueue: Int32?) throws(SequencerError)
    -> UInt8
  {
    let information = try PortInformation()
    unsafe snd_seq_port_info_set_name(information.handle, name)
    // Writable in any case: notices from the sequencer itself come as events.
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

  /// Lets this client's `port` hear what `sender` sends; connected before is well, too.
  func connect(_ port: UInt8, from sender: PortAddress) throws(SequencerError) {
    let code = unsafe snd_seq_connect_from(
      handle, Int32(port), Int32(sender.client), Int32(sender.port))
    if code != -EBUSY { try check(code, "record from port \(sender)") }
  }

  /// Lets `receiver` hear what this client's `port` sends; connected before is well, too.
  func connect(_ port: UInt8, to receiver: PortAddress) throws(SequencerError) {
    let code = unsafe snd_seq_connect_to(
      handle, Int32(port), Int32(receiver.client), Int32(receiver.port))
    if code != -EBUSY { try check(code, "play to port \(receiver)") }
  }

  /// Lets this client's `port` hear of every port that comes and goes.
  func announce(to port: UInt8) throws(SequencerError) {
    let code = unsafe snd_seq_connect_from(
      handle, Int32(port), SND_SEQ_CLIENT_SYSTEM, SND_SEQ_PORT_SYSTEM_ANNOUNCE)
    try check(code, "listen for keyboards that are plugged in")
  }

  // MARK: - Queues

  /// Creates a queue, standing still.
  func makeQueue(_ name: String) throws(SequencerError) -> Int32 {
    let code = unsafe snd_seq_alloc_named_queue(handle, name)
    if code == -ENOMEM, let holders = holdersOfAllQueues() { throw .queuesTaken(holders: holders) }
    return try check(code, "create a sequencer queue")
  }

  /// Nanoseconds that `queue` has run.
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
