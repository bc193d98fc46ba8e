import Foundation
import GRDB
import Library
import Testing

/// Opening a library, and the files that are none.
@Suite struct TakeLibraryTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func anEmptyLibraryIsMadeWhereThereIsNone() throws {
    let library = try TakeLibrary.open(at: folder.library)
    #expect(try library.takes() == [])
    #expect(try library.totals().takes == 0)
    #expect(try library.sessions() == [])
    #expect(try library.rounds() == [])
    #expect(try library.currentRound() == nil)
    #expect(try library.nextRoundNumber() == 1)
    #expect(try library.takes(matching: TakeQuery(limit: 1)) == [])
  }

  @Test func itIsAWALDatabaseOfItsOwnKind() throws {
    _ = try TakeLibrary.open(at: folder.library)
    try DatabaseQueue(path: folder.library.path).read { db in
      #expect(try Int.fetchOne(db, sql: "PRAGMA application_id") == 0x776F_6F64)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      let loose = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM pragma_table_list
          WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'
          """)
      #expect(loose == [])
    }
  }

  @Test func whatWasStoredIsThereAgain() throws {
    let first = try TakeLibrary.open(at: folder.library)
    let numbers = try first.add([Music.played(), Music.played(1)], to: Music.recording())
    try first.close()
    let second = try TakeLibrary.open(at: folder.library, durability: .full)
    #expect(try second.takes().map(\.number) == numbers.reversed())
    #expect(try second.events(of: 1) == Music.events)
  }

  @Test func otherFilesAreRefusedAndLeftAlone() throws {
    let text = Data("I am not a database, and longer than a header of one hundred bytes. ".utf8)
    let files: [(String, Data)] = [("short", Data("notes".utf8)), ("long", text + text)]
    for (name, content) in files {
      let file = folder.url.appending(path: name)
      try content.write(to: file)
      #expect(throws: LibraryError.notALibrary(path: file.path)) { try TakeLibrary.open(at: file) }
      #expect(try Data(contentsOf: file) == content)
    }
    let other = folder.url.appending(path: "other.sqlite")
    try DatabaseQueue(path: other.path).write { try $0.execute(sql: "CREATE TABLE a (b)") }
    let before = try Data(contentsOf: other)
    let error = #expect(throws: LibraryError.self) { try TakeLibrary.open(at: other) }
    #expect(
      error?.description
        == "cannot open the library \(other.path): it is not a library of woodshed's")
    #expect(try Data(contentsOf: other) == before)
  }

  @Test func aNewerLibraryIsRefused() throws {
    try TakeLibrary.open(at: folder.library).close()
    try DatabaseQueue(path: folder.library.path).write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')")
    }
    let error = #expect(throws: LibraryError.self) { try TakeLibrary.open(at: folder.library) }
    #expect(
      error?.description == """
        cannot open the library \(folder.library.path): a newer woodshed wrote it (v999); \
        update woodshed
        """)
  }

  @Test func aMissingFolderIsNamed() throws {
    let file = folder.url.appending(path: "nowhere/library.sqlite")
    let error = #expect(throws: LibraryError.self) { try TakeLibrary.open(at: file) }
    #expect(error?.description.hasPrefix("cannot open \(file.path): ") == true)
  }

  @Test func readersAreNotHeldUpByAWriterButWritersAre() throws {
    let library = try TakeLibrary.open(at: folder.library, busyTimeoutSeconds: 0.01)
    try library.add([Music.played()], to: Music.recording())
    // Given another connection in the middle of a write
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: folder.library.path, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    defer { try? other.inDatabase { try $0.execute(sql: "ROLLBACK") } }
    // Then reading and opening go on
    #expect(try library.takes().count == 1)
    let second = try TakeLibrary.open(at: folder.library, busyTimeoutSeconds: 0.01)
    #expect(try second.takes().count == 1)
    // And writing is refused with a sentence
    let error = #expect(throws: LibraryError.self) {
      try second.add([Music.played()], to: Music.recording())
    }
    #expect(
      error?.description == """
        cannot add takes to \(folder.library.path): another process is writing to it; \
        try again when that is done
        """)
  }

  /// Root may write to any file.
  @Test(.enabled(if: geteuid() != 0)) func aReadOnlyLibraryIsNotWritten() throws {
    let library = try TakeLibrary.open(at: folder.library)
    try library.add([Music.played()], to: Music.recording())
    try library.close()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: folder.library.path)
    let error = #expect(throws: LibraryError.self) {
      let again = try TakeLibrary.open(at: folder.library)
      try again.add([Music.played()], to: Music.recording())
    }
    #expect(error?.description.hasSuffix("the file or its folder is read-only") == true)
  }

  @Test func aDamagedLibraryIsCalledSo() throws {
    let library = try TakeLibrary.open(at: folder.library)
    for second in 0..<200 {
      try library.add([Music.played(Double(second))], to: Music.recording())
    }
    try library.close()
    // Given a file of which all but the first page is overwritten
    let size = try Data(contentsOf: folder.library).count
    let file = try FileHandle(forUpdating: folder.library)
    try file.seek(toOffset: 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: size - 4096))
    try file.close()
    let error = #expect(throws: LibraryError.self) {
      try TakeLibrary.open(at: folder.library).takes()
    }
    #expect(error?.description.contains("the file is damaged") == true)
  }
}
