import Foundation
import MIDI

/// Prints what woodshed reads in MIDI files, whose paths come line by line: for each a JSON object with
/// its notes `[pitch, velocity, start, end]` and note messages `[status, pitch, velocity, time]`, times in
/// nanoseconds, take by take, and how often what was mended; or why it cannot be read.
@main
enum Notes {
  struct Reading: Encodable {
    var notes: [[Int64]] = []
    var messages: [[Int64]] = []
    var mended: [String: Int] = [:]
    var refused: String?
  }

  static func main() throws {
    while let path = readLine() {
      var reading = Reading()
      do {
        for take in try StandardMIDIFile(
          bytes: Array(try Data(contentsOf: URL(filePath: path)))
        ).takes {
          add(take.events, to: &reading)
        }
      } catch {
        reading.refused = "\(error)"
      }
      let line = String(decoding: try JSONEncoder().encode(reading), as: UTF8.self)
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
  }

  private static func add(_ events: [MIDIEvent], to reading: inout Reading) {
    let read = NoteReading(of: events)
    reading.notes += read.notes.map { [Int64($0.pitch), Int64($0.velocity), $0.start, $0.end] }
    for event in events {
      guard case .channel(let status, let pitch, let velocity) = event.message,
        0x80...0x9F ~= status
      else { continue }
      reading.messages.append(
        [Int64(status), Int64(pitch), Int64(velocity), event.nanoseconds])
    }
    let repairs = read.repairs
    for (name, count) in [
      ("note-offs of keys that were up", repairs.orphanNoteOffs),
      ("notes never let go", repairs.stuckNotes),
      ("keys struck again while down", repairs.restruckKeys),
      ("notes that are there twice", repairs.duplicates),
      ("notes without a length", repairs.zeroLengths),
      ("notes left out with their channel", read.leftOut.reduce(0) { $0 + $1.notes }),
    ] where count > 0 {
      reading.mended[name, default: 0] += count
    }
  }
}
