import Foundation
import GRDB

/// The first notes of a take, by which it can be recognised.
public struct TakeOpening: Hashable, Sendable {
  /// The take's number.
  public var take: Int64

  /// How many notes the take has.
  public var noteCount: Int

  /// The pitches of its first notes, in order: 0…127.
  public var pitches: [UInt8]

  /// Velocities of the same notes: 1…127.
  public var velocities: [UInt8]

  /// The opening of a take.
  public init(take: Int64, noteCount: Int, pitches: [UInt8], velocities: [UInt8]) {
    self.take = take
    self.noteCount = noteCount
    self.pitches = pitches
    self.velocities = velocities
  }
}

extension TakeLibrary {
  /// The first `notes` notes of all finished takes whose number of notes is in `counts`.
  ///
  /// They are only a hint for a search and are not verified by their seals, unlike ``notes(of:)``.
  public func openings(havingNotes counts: Set<Int>, notes: Int) throws -> [TakeOpening] {
    let counts = String(decoding: try JSONEncoder().encode(counts.sorted()), as: UTF8.self)
    return try read("look for takes in") { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT take.id, take.noteCount, note.pitch, note.velocity
            FROM take NOT INDEXED CROSS JOIN note ON note.take = take.id AND note.sequence < ?1
            WHERE take.finished = 1 AND take.noteCount IN (SELECT value FROM json_each(?2))
            ORDER BY take.id, note.sequence
            """), arguments: [notes, counts])
      var openings: [TakeOpening] = []
      while let row = try rows.next() {
        let take: Int64 = try row.value(0)
        if openings.last?.take != take {
          openings.append(
            TakeOpening(take: take, noteCount: try row.value(1), pitches: [], velocities: []))
        }
        openings[openings.count - 1].pitches.append(try row.value(2))
        openings[openings.count - 1].velocities.append(try row.value(3))
      }
      return openings
    }
  }
}
