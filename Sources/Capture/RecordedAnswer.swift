package import Library
package import MIDI

/// A part of what a model plays in answer to the musician, to be recorded as it is played.
package enum RecordedAnswer: Sendable {
  /// The model begins at a time in nanoseconds of the recording; the musician's take ends.
  case begins(at: Int64, Generation)
  /// The model has played an event, with its time in nanoseconds of the recording.
  case plays(MIDIEvent)
  /// The model ends.
  case ends
}
