import Foundation
import GRDB
import Library
import Testing

/// The queries in the module's README do what it says.
@Suite struct DocumentedQueryTests {
  /// The SQL blocks of Sources/Library/README.md, in order.
  private static func queries() throws -> [String] {
    let readme = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Library/README.md").standardized
    let parts = try String(contentsOf: readme, encoding: .utf8).components(separatedBy: "```sql\n")
    return parts.dropFirst().compactMap { $0.components(separatedBy: "```").first }
  }

  private func rows(of query: Int) throws -> [[String: DatabaseValue]] {
    let folder = try TemporaryFolder()
    let library = try TakeLibrary.open(at: folder.library)
    let day = 86_400.0
    try library.add([Music.played(), Music.played(20 * day)], to: Music.recording())
    let generated = [Music.generated(1), Music.generated(2), Music.generated(3)]
    try library.add(generated, to: Music.generation)
    try library.say(.keep(phrase: nil), of: 3, at: Music.date())
    try library.say(.rating(4), of: 3, at: Music.date())
    try library.say(.discard, of: 4, at: Music.date())
    try library.say(.rating(1), of: 4, at: Music.date())
    let sql = try #require(try Self.queries().dropFirst(query).first)
    return try DatabaseQueue(path: folder.library.path).read { db in
      try Row.fetchAll(db, sql: sql).map { row in
        Dictionary(row.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })
      }
    }
  }

  @Test func thereAreThree() throws {
    #expect(try Self.queries().count == 3)
  }

  @Test func playingByMonth() throws {
    #expect(
      try rows(of: 0) == [
        [
          "month": "2023-11".databaseValue, "takes": 1.databaseValue, "notes": 2.databaseValue,
          "hours": 0.0.databaseValue, "pedalPercent": 100.0.databaseValue,
        ],
        [
          "month": "2023-12".databaseValue, "takes": 1.databaseValue, "notes": 2.databaseValue,
          "hours": 0.0.databaseValue, "pedalPercent": 100.0.databaseValue,
        ],
      ])
  }

  @Test func favouriteKeys() throws {
    #expect(
      try rows(of: 1) == [
        ["pitch": 60.databaseValue, "notes": 2.databaseValue, "velocity": 80.0.databaseValue],
        ["pitch": 64.databaseValue, "notes": 2.databaseValue, "velocity": 72.0.databaseValue],
      ])
  }

  @Test func keptByModel() throws {
    #expect(
      try rows(of: 2) == [
        [
          "model": "base".databaseValue, "takes": 3.databaseValue, "kept": 1.databaseValue,
          "discarded": 1.databaseValue, "rating": 2.5.databaseValue,
        ]
      ])
  }
}
