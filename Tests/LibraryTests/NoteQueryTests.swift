import Foundation
import MIDI
import Testing

@testable import Library

/// A stranger's query over notes: reads them, gives a number, and can do nothing else.
@Suite struct NoteQueryTests {
  private static let notes = [
    Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000),
    Note(pitch: 67, velocity: 80, start: 1_000_000_000, end: 1_250_000_000),
  ]

  private func number(_ sql: String, of notes: [Note] = notes, within seconds: Double = 2) throws
    -> Double
  {
    try #require(
      try NoteQuery(sql).numbers(
        of: [.init(notes: notes, seconds: 4, newSeconds: 2)], within: seconds
      ).first)
  }

  private func cause(_ sql: String, of notes: [Note] = notes, within seconds: Double = 2) -> String
  {
    do {
      return "gave \(try number(sql, of: notes, within: seconds))"
    } catch LibraryError.query(let cause) {
      return cause
    } catch {
      return "threw \(error)"
    }
  }

  @Test func aQuerySeesTheNotesInSeconds() throws {
    #expect(try number("SELECT sum(end - start) FROM note") == 0.75)
    #expect(try number("SELECT max(pitch) * 1000 + min(velocity) FROM note;") == 67064)
    #expect(try number("WITH a AS (SELECT * FROM note) SELECT count(*) FROM a -- all\n") == 2)
    #expect(try number("SELECT seconds + 10 * new FROM music") == 24)
    #expect(try number("VALUES(1.5)") == 1.5)
    let query = try NoteQuery("SELECT count(*) FROM note")
    let music = [2, 0, 1].map {
      NoteQuery.Music(notes: Array(Self.notes.prefix($0)), seconds: 2, newSeconds: 2)
    }
    #expect(try query.numbers(of: music, within: 2) == [2, 0, 1])
  }

  @Test func aReferenceIsATableOfItsOwn() throws {
    let query = try NoteQuery(
      "SELECT (SELECT avg(pitch) FROM note) - (SELECT avg(pitch) FROM reference)")
    try query.setReference([Self.notes[1]])
    let music = NoteQuery.Music(notes: [Self.notes[0]], seconds: 1, newSeconds: 1)
    #expect(try query.numbers(of: [music, music], within: 2) == [-7, -7])
  }

  @Test(arguments: [
    "ATTACH '/etc/passwd' AS a", "DELETE FROM note", "INSERT INTO note VALUES(1, 2, 3, 4)",
    "UPDATE note SET pitch = 1", "DROP TABLE note", "PRAGMA user_version",
    "CREATE TEMP TABLE t(a)", "BEGIN", "DETACH main", "SELECT load_extension('x')",
    "SELECT random()", "SELECT hex(randomblob(8))", "EXPLAIN DELETE FROM note", "REINDEX",
    "ANALYZE",
  ])
  func whatDoesMoreThanReadIsRefused(sql: String) {
    #expect(cause(sql).hasPrefix("it may only read the notes ("), "\(cause(sql))")
  }

  @Test func whatGivesNoNumberIsSaid() {
    #expect(cause("").hasPrefix("it holds no statement"))
    #expect(cause("-- nothing\n").hasPrefix("it holds no statement"))
    #expect(cause("SELECT 1; SELECT 2") == "it holds more than one statement")
    #expect(cause("SELEC 1") == "near \"SELEC\": syntax error")
    #expect(cause("SELECT pitch, start FROM note").contains("gives 2 columns"))
    #expect(cause("VACUUM INTO '/tmp/x'").contains("gives 0 columns"))
    #expect(cause("SELECT pitch FROM note") == "it gives more than one row for music of 2 notes")
    #expect(cause("SELECT pitch FROM note", of: []) == "it gives no row for music of 0 notes")
    #expect(
      cause("SELECT avg(pitch) FROM note", of: [])
        == "it gives NULL for music of 0 notes; say with coalesce what that is")
    #expect(cause("SELECT 'much'") == "it gives something that is no number for music of 2 notes")
    #expect(cause("SELECT 1e999") == "it gives something that is no number for music of 2 notes")
    #expect(cause("SELECT ?1") == "it has parameters, which nothing fills in")
    #expect(cause("SELECT sum(length(zeroblob(2000000000)))") == "string or blob too big")
  }

  @Test func aQueryThatDoesNotEndIsEnded() {
    let clock = ContinuousClock()
    let taken = clock.measure {
      #expect(
        cause(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
          within: 0.2) == "it takes longer than 0.2 s")
    }
    #expect(taken < .seconds(5))
  }
}
