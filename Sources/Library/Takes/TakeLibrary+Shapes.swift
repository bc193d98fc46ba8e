import Foundation
import GRDB

/// An outline of a take: the number and velocity of notes in equal parts of it.
public struct TakeShape: Hashable, Sendable {
  /// How many notes begin in each part.
  public var counts: [Int]

  /// The mean velocity of each part's notes, 1…127; 0 if none begins.
  public var velocities: [Double]
}

extension TakeLibrary {
  /// The shapes of finished takes that have notes, by take number.
  ///
  /// - Parameter parts: how many parts each take is divided into, 1 or more.
  public func shapes(of takes: [Int64], parts: Int) throws -> [Int64: TakeShape] {
    precondition(parts > 0, "a take in \(parts) parts")
    let none = TakeShape(
      counts: Array(repeating: 0, count: parts), velocities: Array(repeating: 0, count: parts))
    return try read("read the notes of takes of") { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT take.id,
            min(?1 - 1, note.startNanoseconds * ?1 / max(1, take.durationNanoseconds)),
            count(*), avg(velocity)
          FROM note JOIN take ON take.id = note.take
          WHERE note.take IN (SELECT value FROM json_each(?2)) AND take.finished = 1
          GROUP BY 1, 2
          """, arguments: [parts, String(decoding: try JSONEncoder().encode(takes), as: UTF8.self)])
      var shapes: [Int64: TakeShape] = [:]
      while let row = try rows.next() {
        let part: Int = try row.value(1)
        let take: Int64 = try row.value(0)
        // In a damaged library, notes may be out of range.
        guard 0..<parts ~= part else { continue }
        shapes[take, default: none].counts[part] = try row.value(2)
        shapes[take, default: none].velocities[part] = try row.value(3)
      }
      return shapes
    }
  }
}
