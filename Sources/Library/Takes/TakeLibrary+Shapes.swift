import Foundation
import GRDB

/// A take from afar: how many notes begin in equal parts of it, and how hard they are struck.
public struct TakeShape: Hashable, Sendable {
  /// Notes that begin in each part.
  public var counts: [Int]

  /// The mean velocity of each part's notes, 1…127; 0 where none begins.
  public var velocities: [Double]
}

extension TakeLibrary {
  /// The shapes of finished takes that have notes, by take number.
  ///
  /// - Parameter parts: into how many parts each take is cut, 1 or more.
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
        // Notes of a damaged library may lie anywhere.
        guard 0..<parts ~= part else { continue }
        shapes[take, default: none].counts[part] = try row.value(2)
        shapes[take, default: none].velocities[part] = try row.value(3)
      }
      return shapes
    }
  }
}
