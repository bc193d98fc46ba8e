package import Capture
import Foundation
import Workbench

extension RecorderNews {
  /// One line for the musician, without a number that is not known.
  package var line: String {
    switch self {
    case .recovered(let take, let notes, let date):
      "take \(take) of \(Clock.moment(date)) had broken off: finished, "
        + Clock.count(notes, "note")
    case .unreadable(let take, let cause):
      "take \(take) had broken off and stays unfinished: \(cause)"
    case .plugged(let name): "hearing \(name)"
    case .unplugged(let name, let notes):
      "\(name) is gone"
        + (notes > 0 ? "; \(Clock.count(notes, "sounding note")) ended" : "")
    case .overrun:
      "events were lost: more came at once than the system could hold; the take is marked"
    case .stored(let take, let seconds, let notes):
      "take \(take): \(Clock.text(seconds: seconds)), \(Clock.count(notes, "note"))"
    case .holding(let cause):
      "NOT STORED YET, kept in memory: \(cause)"
    case .caughtUp: "stored: the library has everything again"
    case .brokenOff(let cause): "THE RECORDING HAS ENDED: \(cause)"
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
}
