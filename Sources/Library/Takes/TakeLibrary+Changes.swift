import GRDB

// What has changed since it was last looked at, for whoever shows a library while others write it.

/// The version of a library's contents: two of one open library differ if anything was written between them.
public struct LibraryVersion: Hashable, Sendable {
  /// SQLite's `data_version`, which changes whenever another connection has written.
  ///
  /// Source: https://www.sqlite.org/pragma.html#pragma_data_version
  let others: Int64

  /// The rows that this connection itself has changed so far.
  let own: Int64
}

/// What a library holds at a moment, by numbers that only grow while nothing is deleted.
public struct LibraryContents: Hashable, Sendable {
  /// The number of the last verdict; 0 without any.
  public var lastVerdict: Int64

  /// The number of the last finished take; 0 without any.
  public var lastTake: Int64

  /// How many finished takes there are.
  public var takes: Int

  /// How many takes are held out.
  public var heldOut: Int
}

extension TakeLibrary {
  /// The version of its contents; cheap enough to be asked for several times a second.
  public func version() throws -> LibraryVersion {
    try read("look at") { db in
      LibraryVersion(
        others: try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0,
        own: try Int64.fetchOne(db, sql: "SELECT total_changes()") ?? 0)
    }
  }

  /// What it holds now.
  public func contents() throws -> LibraryContents {
    try read("look at") { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT (SELECT ifnull(max(id), 0) FROM verdict), ifnull(max(id), 0), count(*),
            (SELECT count(*) FROM heldOutTake)
          FROM take WHERE finished = 1
          """)
      guard let row else {
        return LibraryContents(lastVerdict: 0, lastTake: 0, takes: 0, heldOut: 0)
      }
      return try LibraryContents(
        lastVerdict: row.value(0), lastTake: row.value(1), takes: row.value(2),
        heldOut: row.value(3))
    }
  }

  /// The numbers of the finished takes that were judged, or whose verdict was undone, after a verdict, and of
  /// those with a higher number than a take, in ascending order.
  public func takes(judgedAfter verdict: Int64, orAfter take: Int64) throws -> [Int64] {
    try read("look at") { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM take WHERE finished = 1
            AND (id > ?1 OR id IN (SELECT take FROM verdict WHERE id > ?2))
          ORDER BY id
          """, arguments: [take, verdict])
    }
  }
}
