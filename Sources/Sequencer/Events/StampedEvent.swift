public import MIDI

/// What an input reports.
public enum InputEvent: Hashable, Sendable {
  /// `from` played `message`.
  case message(MIDIMessage, from: PortIdentity)

  /// A port is connected: at the start, plugged in again, or by hand in a patchbay.
  case plugged(PortIdentity)

  /// A port has gone: unplugged, or disconnected by hand. Nothing more comes from it, so notes
  /// that sound at this moment will never be let go.
  case unplugged(PortIdentity)

  /// The kernel's buffer ran over: events were lost just before this point, how many the kernel
  /// does not tell.
  case overrun
}

/// What an input reports, and when.
///
/// Everything above the sequencer takes any `AsyncSequence` of these: a port, a file, or a list in
/// a test.
public struct StampedEvent: Hashable, Sendable {
  /// Nanoseconds since the input was opened, by the kernel's clock at the moment the event reached
  /// the sequencer; never less than that of the event before.
  public var nanoseconds: Int64

  /// What happened.
  public var event: InputEvent

  /// `event`, `nanoseconds` after the input was opened.
  public init(nanoseconds: Int64, event: InputEvent) {
    self.nanoseconds = nanoseconds
    self.event = event
  }
}
