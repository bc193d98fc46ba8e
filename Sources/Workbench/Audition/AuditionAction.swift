/// An action of the musician's while takes are auditioned.
public enum AuditionAction: Hashable, Sendable {
  /// Plays or pauses.
  case playOrPause
  /// Winds by a number of seconds; a negative one winds back.
  case wind(seconds: Int)
  /// Goes to the take's beginning.
  case toStart
  /// Keeps the take, or the phrase if one is marked.
  case keep
  /// Discards the take.
  case discard
  /// Rates the take from 1 to 5.
  case rate(Int)
  /// Writes a note on the take; in the table of keys its text is empty.
  case note(String)
  /// Marks the phrase's beginning, then its end; the third time, the beginning of another.
  case mark
  /// Removes the marks.
  case clearMarks
  /// Takes back the last verdict of this audition, and goes to its take.
  case undo
  /// Switches on or off that the next take begins by itself at a take's end.
  case goOn
  /// Goes to the next take.
  case next
  /// Goes to the previous take.
  case back
  /// Ends the audition.
  case quit
}
