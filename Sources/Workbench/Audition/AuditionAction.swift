/// What the musician can do while takes are auditioned.
public enum AuditionAction: Hashable, Sendable {
  /// Goes on, or stands still.
  case playOrPause
  /// Winds by so many seconds, back below 0.
  case wind(seconds: Int)
  /// Goes to the take's beginning.
  case toStart
  /// Keeps the take; or the phrase, where one is marked.
  case keep
  /// Discards the take.
  case discard
  /// Gives the take 1 to 5.
  case rate(Int)
  /// Says something in words; in the table of keys there are none yet.
  case note(String)
  /// Marks the phrase's beginning, then its end; a third time, the beginning of another.
  case mark
  /// Takes the marks away.
  case clearMarks
  /// Takes back the last thing said in this audition, and goes to its take.
  case undo
  /// Goes on to the next take by itself from now on, at each take's end; or no longer.
  case goOn
  /// Goes to the next take.
  case next
  /// Goes to the take before.
  case back
  /// Ends the audition.
  case quit
}
