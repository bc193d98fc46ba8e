public import MIDI

/// An event of an input.
public enum InputEvent: Hashable, Sendable {
  /// `from` played `message`.
  case message(MIDIMessage, from: PortIdentity)

  /// A port was connected: at the start, plugged in again, or by hand in a patchbay.
  case plugged(PortIdentity)

  /// A port was unplugged, or disconnected by hand. Nothing more comes from it, so its sounding notes
  /// will not get a note-off.
  case unplugged(PortIdentity)

  /// The kernel's buffer overran: an unknown number of events was lost just before this point.
  case overrun
}

/// An event of an input with its time.
///
/// Everything above the sequencer takes any `AsyncSequence` of these: a port, a file, or a list in
/// a test.
public struct StampedEvent: Hashable, Sendable {
  /// Nanoseconds since the input was opened, by the kernel's clock when the event reached the sequencer;
  /// never less than that of the previous event.
  public var nanoseconds: Int64

  /// The event.
  public var event: InputEvent

  /// `event`, `nanoseconds` after the input was opened.
  public init(nanoseconds: Int64, event: InputEvent) {
    self.nanoseconds = nanoseconds
    self.event = event
  }
}
