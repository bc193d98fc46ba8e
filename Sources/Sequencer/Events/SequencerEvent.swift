internal import CALSA

/// A sequencer event, as a value that is copied from or to alsa-lib's structure.
///
/// Source: alsa-lib `seq_event.h`.
struct SequencerEvent: Hashable, Sendable {
  /// The data of an event, depending on its type.
  enum Content: Hashable, Sendable {
    case nothing
    /// `release` is the velocity of the note-off, for the type of notes with a duration.
    case note(channel: UInt8, pitch: UInt8, velocity: UInt8, release: UInt8 = 0)
    /// `value` is as in the MIDI bytes, except for pitch bend: -8192…8191.
    case control(channel: UInt8 = 0, parameter: UInt32 = 0, value: Int32)
    case bytes([UInt8])
    case port(PortAddress)
    case connection(sender: PortAddress, receiver: PortAddress)
  }

  var type: snd_seq_event_type
  var content: Content = .nothing

  /// The sending port; set by the kernel when an event is sent.
  var source = PortAddress(client: 0, port: 0)

  /// The kernel's time stamp.
  var nanoseconds: Int64 = 0

  init(_ type: snd_seq_event_type, _ content: Content = .nothing) {
    self.type = type
    self.content = content
  }
}

extension SequencerEvent {
  /// How many cells of the kernel's pool it takes at most: one, and one for every 24 bytes of data.
  ///
  /// Source: `snd_seq_event_dup` in `sound/core/seq/seq_memory.c` of Linux.
  var cells: Int {
    guard case .bytes(let bytes) = content else { return 1 }
    return 2 + bytes.count / 24
  }
}

// MARK: - From and to alsa-lib

extension SequencerEvent {
  /// A copy of `event` and of the bytes it points to.
  @unsafe init(copying event: UnsafePointer<snd_seq_event_t>) {
    type = snd_seq_event_type(UInt32(unsafe event.pointee.type))
    source = unsafe PortAddress(event.pointee.source)
    nanoseconds = unsafe event.pointee.time.time.nanoseconds
    let length = unsafe Int32(event.pointee.flags) & SND_SEQ_EVENT_LENGTH_MASK
    if length == SND_SEQ_EVENT_LENGTH_VARIABLE {
      let count = unsafe Int(woodshed_alsa_event_length(event))
      let bytes = unsafe UnsafeBufferPointer(start: woodshed_alsa_event_bytes(event), count: count)
      content = .bytes(unsafe Array(bytes))
      return
    }
    let data = unsafe event.pointee.data
    switch type {
    case SND_SEQ_EVENT_NOTE, SND_SEQ_EVENT_NOTEON, SND_SEQ_EVENT_NOTEOFF, SND_SEQ_EVENT_KEYPRESS:
      let note = unsafe data.note
      content = .note(
        channel: note.channel, pitch: note.note, velocity: note.velocity,
        release: note.off_velocity)
    case SND_SEQ_EVENT_CLIENT_START, SND_SEQ_EVENT_CLIENT_EXIT, SND_SEQ_EVENT_CLIENT_CHANGE,
      SND_SEQ_EVENT_PORT_START, SND_SEQ_EVENT_PORT_EXIT, SND_SEQ_EVENT_PORT_CHANGE:
      content = .port(PortAddress(unsafe data.addr))
    case SND_SEQ_EVENT_PORT_SUBSCRIBED, SND_SEQ_EVENT_PORT_UNSUBSCRIBED:
      content = .connection(
        sender: PortAddress(unsafe data.connect.sender),
        receiver: PortAddress(unsafe data.connect.dest))
    default:
      let control = unsafe data.control
      content = .control(
        channel: control.channel, parameter: control.param, value: control.value)
    }
  }

  /// Calls `use` with alsa-lib's structure for this event, from port `port` to all its subscribers, at
  /// `nanoseconds` on `queue`, or at once if that is nil. The bytes that it points to are valid only during
  /// the call.
  @unsafe func withStructure<Result>(
    from port: UInt8, on queue: Int32?, at nanoseconds: Int64 = 0,
    _ use: (UnsafeMutablePointer<snd_seq_event_t>) -> Result
  ) -> Result {
    var event = unsafe snd_seq_event_t()
    unsafe event.type = snd_seq_event_type_t(type.rawValue)
    unsafe event.source.port = port
    unsafe event.dest.client = UInt8(SND_SEQ_ADDRESS_SUBSCRIBERS)
    unsafe event.dest.port = UInt8(SND_SEQ_ADDRESS_UNKNOWN)
    unsafe event.queue = UInt8(truncatingIfNeeded: queue ?? SND_SEQ_QUEUE_DIRECT)
    unsafe event.flags = UInt8(SND_SEQ_TIME_STAMP_REAL | SND_SEQ_TIME_MODE_ABS)
    unsafe event.time.time = snd_seq_real_time_t(nanoseconds: nanoseconds)
    switch content {
    case .note(let channel, let pitch, let velocity, let release):
      unsafe event.data.note = snd_seq_ev_note_t(
        channel: channel, note: pitch, velocity: velocity, off_velocity: release, duration: 0)
    case .control(let channel, let parameter, let value):
      unsafe event.data.control.channel = channel
      unsafe event.data.control.param = parameter
      unsafe event.data.control.value = value
    case .bytes(var bytes):
      return unsafe bytes.withUnsafeMutableBytes { raw in
        unsafe woodshed_alsa_set_bytes(&event, raw.baseAddress, UInt32(raw.count))
        return unsafe use(&event)
      }
    case .nothing, .port, .connection: break
    }
    return unsafe use(&event)
  }
}

extension PortAddress {
  fileprivate init(_ address: snd_seq_addr_t) {
    self.init(client: address.client, port: address.port)
  }
}

extension snd_seq_real_time_t {
  /// The time in nanoseconds.
  var nanoseconds: Int64 { Int64(tv_sec) * 1_000_000_000 + Int64(tv_nsec) }

  /// A time of `nanoseconds`, 0 or more.
  init(nanoseconds: Int64) {
    self.init(
      tv_sec: UInt32(nanoseconds / 1_000_000_000), tv_nsec: UInt32(nanoseconds % 1_000_000_000))
  }
}
