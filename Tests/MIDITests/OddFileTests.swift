import Foundation
import MIDI
import Testing

/// A folder of odd files with what a good reader finds in them, where this machine has one.
private let oddFolder = ProcessInfo.processInfo.environment["WOODSHED_ODD_FILES"]

/// Holds the reader against a folder of odd MIDI files. `WOODSHED_ODD_FILES` names it; in it,
/// `odd.csv` has a column `file` and a column `expected_notes_json`: a list of `on` and `off` in
/// seconds, `pitch`, `vel`.
@Suite struct OddFileTests {
  private struct Expected: Codable {
    var on: Double
    var off: Double
    var pitch: Int
    var vel: Int
  }

  @Test(.enabled(if: oddFolder != nil, "WOODSHED_ODD_FILES names no folder of odd files"))
  func everyOddFileGivesItsNotes() throws {
    let folder = URL(filePath: try #require(oddFolder))
    let table = rows(try String(contentsOf: folder.appending(path: "odd.csv"), encoding: .utf8))
    let header = try #require(table.first)
    let (file, notes) = (
      try #require(header.firstIndex(of: "file")),
      try #require(header.firstIndex(of: "expected_notes_json"))
    )
    var compared = 0
    for row in table.dropFirst() where row.count == header.count && !row[notes].isEmpty {
      let expected = try JSONDecoder().decode([Expected].self, from: Data(row[notes].utf8))
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: row[file])))
      let read = try StandardMIDIFile(bytes: bytes)
      let found = read.takes.flatMap { NoteReading(of: $0.events).notes }
      let isEqual =
        found.count == expected.count
        && zip(found, expected).allSatisfy { one, other in
          Int(one.pitch) == other.pitch && Int(one.velocity) == other.vel
            && abs(Double(one.start) / 1e9 - other.on) < 1e-6
            && abs(Double(one.end) / 1e9 - other.off) < 1e-6
        }
      #expect(isEqual, "\(row[file]): \(found), expected \(row[notes])")
      compared += 1
    }
    #expect(compared > 0)
  }

  /// The fields of comma-separated values; quoted ones may hold commas, line ends and `""`.
  private func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = [[]]
    var field = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "\"":
        // The second of two quotes inside a quoted field is the quote itself.
        if !isQuoted && !field.isEmpty { field.append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted:
        rows[rows.count - 1].append(field)
        field = ""
      case "\n" where !isQuoted, "\r\n" where !isQuoted:
        rows[rows.count - 1].append(field)
        rows.append([])
        field = ""
      default: field.append(character)
      }
    }
    return rows
  }
}
