package import MIDI

/// What a model's messages are played on: an instrument's port, or this machine's speakers.
package protocol DuetVoice: AnyObject {
  /// Plays a message at a time in nanoseconds on the clock of the input, at once if it is past; returns when
  /// that is.
  func schedule(_ message: MIDIMessage, at time: Int64) throws -> Int64
  /// Lets everything be heard that is due at `now`, in nanoseconds; called every few milliseconds.
  func pass(to now: Int64) throws
  /// Hands over what was scheduled.
  func flush() throws
  /// Takes back everything that has not been played; returns a time in nanoseconds: all that was scheduled for
  /// it or earlier may have been played, and nothing later.
  func withdraw() throws -> Int64
  /// Looks for what it plays to, after that was lost; returns whether it plays again.
  func reconnect() -> Bool
}

extension DuetVoice {
  /// By default nothing: what was scheduled is played by itself.
  package func pass(to now: Int64) {}

  /// By default it is never lost.
  package func reconnect() -> Bool { true }
}
