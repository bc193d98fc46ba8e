public import Foundation
import Terminal

/// What a recorder has to say while it runs; `description` is the line for the musician.
public enum RecorderNews: Hashable, Sendable {
  /// A take that a crash or a power cut had broken off is whole now.
  case recovered(take: Int64, notes: Int, startedAt: Date)
  /// A take that had broken off cannot be read and stays as it is.
  case unreadable(take: Int64, cause: String)
  /// A keyboard is heard.
  case plugged(name: String)
  /// A keyboard is gone; `notes` that sounded on it were ended.
  case unplugged(name: String, notes: Int)
  /// Events were lost before they could be read.
  case overrun
  /// A take is stored.
  case stored(take: Int64, seconds: Double, notes: Int)
  /// The library does not take what is played; all is kept in memory.
  case holding(cause: String)
  /// The library has all again.
  case caughtUp
  /// The recording ended by itself; what was played is stored.
  case brokenOff(cause: String)
  /// A gesture was understood; `done` is false when there was no take that it could be about.
  case gesture(Gesture, done: Bool)
  /// What was heard before is being stored.
  case lookedBack(seconds: Double, events: Int)
  /// What the library did not take at the end is in these files; `lost` events are nowhere.
  case rescued(files: [String], lost: Int)
}

extension RecorderNews: CustomStringConvertible {
  /// One line, without a number that is not known.
  public var description: String {
    switch self {
    case .recovered(let take, let notes, let date):
      "take \(take) of \(date.formatted(.iso8601)) had broken off: finished, "
        + Clock.count(notes, "note")
    case .unreadable(let take, let cause):
      "take \(take) had broken off and stays unfinished: \(cause.printable)"
    case .plugged(let name): "hearing \(name.printable)"
    case .unplugged(let name, let notes):
      "\(name.printable) is gone"
        + (notes > 0 ? "; \(Clock.count(notes, "sounding note")) ended" : "")
    case .overrun:
      "events were lost: more came at once than the system could hold; the take is marked"
    case .stored(let take, let seconds, let notes):
      "take \(take): \(Clock.text(seconds: seconds)), \(Clock.count(notes, "note"))"
    case .holding(let cause):
      "NOT STORED YET, kept in memory: \(cause.printable)"
    case .caughtUp: "stored: the library has everything again"
    case .brokenOff(let cause): "THE RECORDING HAS ENDED: \(cause.printable)"
    case .gesture(let gesture, true): "gesture: \(gesture.rawValue)"
    case .gesture(let gesture, false): "gesture: \(gesture.rawValue), but there is no take"
    case .lookedBack(_, events: 0): "nothing was played: there is nothing to keep"
    case .lookedBack(let seconds, let events):
      "keeping the last \(Clock.text(seconds: seconds)): \(Clock.count(events, "event"))"
    case .rescued(let files, let lost):
      (files.isEmpty ? "" : "NOT IN THE LIBRARY, saved instead: \(files.joined(separator: ", "))")
        + (lost > 0 ? "; \(Clock.count(lost, "event")) could be written nowhere" : "")
    }
  }

  /// Whether it must be seen.
  public var isAlarm: Bool {
    switch self {
    case .unreadable, .overrun, .holding, .brokenOff, .rescued: true
    default: false
    }
  }
}
