package import Capture
import Foundation
import Workbench

extension RecorderNews {
  /// One line for the musician; numbers that are not known are left out.
  package var line: String {
    switch self {
    case .recovered(let take, let notes, let date):
      "take \(take) of \(Readable.moment(date)) had broken off: finished, "
        + Readable.count(notes, "note")
    case .unreadable(let take, let cause):
      "take \(take) had broken off and stays unfinished: \(cause)"
    case .noKeyboard(let programs):
      "no keyboard is there: plug it in and switch it on, and it is heard from then on"
        + (programs.isEmpty
          ? ""
          : "; or name a program: "
            + programs.map { "woodshed record \"\($0)\"" }.joined(separator: ", "))
    case .plugged(let name): "hearing \(name)"
    case .unplugged(let name, let notes):
      "\(name) is gone"
        + (notes > 0 ? "; \(Readable.count(notes, "sounding note")) ended" : "")
    case .onDrumChannel(let name):
      "\(name) plays on channel 10, which is for drums: taken as a piano while nothing else plays; "
        + "better set its MIDI transmit channel to 1"
    case .overrun:
      "events were lost: more came at once than the system could hold; the take is marked"
    case .stored(let take, let seconds, let notes, let byModel):
      "take \(take): \(Readable.text(seconds: seconds)), \(Readable.count(notes, "note"))"
        + (byModel ? ", the model's" : "")
    case .holding(let cause):
      "NOT STORED YET, kept in memory: \(cause)"
    case .caughtUp: "stored: the library has everything again"
    case .brokenOff(let cause): "THE RECORDING HAS ENDED: \(cause)"
    case .gesture(let gesture, true): "gesture: \(gesture.rawValue)"
    case .gesture(.undo, false):
      "gesture: undo, but no keep or discard was struck that could be taken back"
    case .gesture(let gesture, false): "gesture: \(gesture.rawValue), but there is no take"
    case .judged(let gesture, let take): "gesture: \(gesture.rawValue), take \(take)"
    case .tookBack(let gesture, let take):
      "gesture: undo, take \(take): its \(gesture.rawValue) is taken back"
    case .lookedBack(_, notes: 0): "nothing was played: there is nothing to keep"
    case .lookedBack(let seconds, let notes):
      "keeping the last \(Readable.text(seconds: seconds)): \(Readable.count(notes, "note"))"
    case .rescued(let files, let lost):
      (files.isEmpty ? "" : "NOT IN THE LIBRARY, saved instead: \(files.joined(separator: ", "))")
        + (lost > 0 ? "; \(Readable.count(lost, "event")) could be written nowhere" : "")
    }
  }
}
