import Capture
import Foundation
package import Workbench

extension DuetReport {
  /// One line for the musician; `nil` for what the status line shows.
  package var line: String? {
    switch self {
    case .recorder(let news): news.isAlarm ? "!! \(news.line)" : news.line
    case .answers, .ends: nil
    case .echo:
      "what the model plays comes back as if you played it: it is left out; better connect the "
        + "keyboard alone"
    case .instrumentGone(let name):
      "!! \(name), which the model plays to, is gone or disconnected; what you play is recorded, and when it is "
        + "back the model plays on"
    case .instrumentBack: "what the model plays to is back"
    case .fails(let cause): "!! the model has stopped: \(cause); what you play is recorded further"
    }
  }

  /// Its name in JSON, and what goes with it; `nil` for what the recorder alone says.
  var event: DuetEvent? {
    switch self {
    case .answers(let byItself): DuetEvent(event: "answers", byItself: byItself)
    case .ends(let cutShort): DuetEvent(event: "ends", cutShort: cutShort)
    case .echo: DuetEvent(event: "echo")
    case .instrumentGone(let name): DuetEvent(event: "instrumentGone", name: name)
    case .instrumentBack: DuetEvent(event: "instrumentBack")
    case .fails(let cause): DuetEvent(event: "fails", cause: cause)
    case .recorder(.stored(let take, let seconds, let notes, let byModel)):
      DuetEvent(
        event: "stored", take: take, seconds: seconds, notes: notes, by: byModel ? "model" : "you")
    case .recorder(.plugged(let name)): DuetEvent(event: "plugged", name: name)
    case .recorder(.unplugged(let name, let notes)):
      DuetEvent(event: "unplugged", name: name, notes: notes)
    case .recorder(.gesture(let gesture, let done)):
      DuetEvent(event: "gesture", name: gesture.rawValue, done: done)
    case .recorder(.judged(let gesture, let take)):
      DuetEvent(event: "judged", name: gesture.rawValue, take: take)
    case .recorder(let news) where news.isAlarm: DuetEvent(event: "alarm", cause: news.line)
    case .recorder: nil
    }
  }
}

/// A line of JSON for other programs.
struct DuetEvent: Encodable {
  var event: String
  var byItself: Bool?
  var cutShort: Bool?
  var cause: String?
  var name: String?
  var port: String?
  var done: Bool?
  var take: Int64?
  var seconds: Double?
  var notes: Int?
  var by: String?
  var patience: Double?
  var temperature: Double?
  var density: Double?
  var takes: [Int64]?
  var rescueFiles: [String]?
  var lostEvents: Int?
}

extension DuetSession.Status {
  /// One line of at most 78 columns: what is heard, what is waited for, and what is planned.
  package func statusLine(patience: Double) -> String {
    let heard =
      "● \(Readable.text(seconds: recorder.seconds))  \(Readable.count(recorder.storedTakes, "take"))"
    guard isAnswering else {
      let names = recorder.chord.prefix(5).map(RecorderStatus.name).joined(separator: " ")
      return "\(heard)  \(waiting(patience))  \(names)"
    }
    return "\(heard)  it answers  now ▏\(Self.roll(ahead))"
  }

  /// How near the silence has come to an answer: a bar that is full when it answers.
  private func waiting(_ patience: Double) -> String {
    if isMusiciansTurn { return "your turn" + String(repeating: " ", count: 13) }
    guard silenceProbability < 1 else { return "it listens  \(String(repeating: "·", count: 10))" }
    let share = min(1, log(max(1e-12, silenceProbability)) / log(patience))
    let full = max(0, min(10, Int((share * 10).rounded())))
    return "it waits    " + String(repeating: "▮", count: full)
      + String(repeating: "·", count: 10 - full)
  }

  /// What lies ahead as a roll that runs toward now: a column is 20 ms, and a mark is as high as the key.
  private static func roll(_ ahead: [(pitch: UInt8, seconds: Double)]) -> String {
    var cells = Array(repeating: Character("·"), count: 24)
    for note in ahead {
      let place = Int(note.seconds / 0.02)
      guard cells.indices.contains(place) else { continue }
      cells[place] = Array("▁▂▃▄▅▆▇█")[max(0, min(7, (Int(note.pitch) - 21) / 11))]
    }
    return String(cells)
  }
}
