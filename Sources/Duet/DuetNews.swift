package import MIDI

/// What a model does in a duet, as it happens. Times are nanoseconds on the clock of the input.
package enum DuetNews: Hashable, Sendable {
  /// It begins to answer; `byItself` when it found the silence long, rather than being asked.
  case begins(at: Int64, byItself: Bool)
  /// It has played an event.
  case played(MIDIEvent)
  /// What it played came back at the input; told once.
  case echo
  /// Its answer is over.
  case ends(Ending)

  /// Why an answer is over.
  package enum Ending: Hashable, Sendable {
    /// It came to its end.
    case complete
    /// The musician played, and it gave way.
    case interrupted
    /// The duet ended.
    case stopped
  }
}
