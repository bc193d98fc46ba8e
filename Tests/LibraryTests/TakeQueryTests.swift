import Foundation
import Library
import Testing

@Suite struct TakeQueryTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    try library.addRound(Music.round(1))
    // 1 and 2 are imported, 2 dated before 1; 3 and 4 are generated; 5 is recorded last.
    try library.add([
      (Music.importing("Blues_1.mid"), [Music.played(20, source: Music.source("Blues_1.mid"))]),
      (Music.importing("100%.mid"), [Music.played(10, source: Music.source("100%.mid"))]),
      (
        Music.generation,
        [
          Music.generated(30), Music.generated(40, by: Generation(round: 1, model: "r1", seed: 1)),
        ]
      ),
      (Music.recording("Piano"), [Music.played(50)]),
    ])
    try library.say(.keep(phrase: nil), of: 3, at: Music.date())
    try library.say(.discard, of: 4, at: Music.date())
    try library.say(.note("like Monk"), of: 5, at: Music.date())
    try library.say(.rating(3), of: 1, at: Music.date())
    try library.say(.rating(5), of: 3, at: Music.date())
    try library.say(.rating(2), of: 4, at: Music.date())
  }

  @Test(arguments: [
    (TakeQuery(), [5, 4, 3, 2, 1]),
    (TakeQuery(limit: 2), [5, 4]),
    (TakeQuery(limit: 0), []),
    (TakeQuery(origin: .played), [5, 2, 1]),
    (TakeQuery(origin: .mixed), []),
    (TakeQuery(origin: .played, limit: 1), [5]),
    (TakeQuery(session: 3), [4, 3]),
    (TakeQuery(round: 1), [4]),
    (TakeQuery(heldOut: false), [5, 4, 3, 2, 1]),
    (TakeQuery(heldOut: true), []),
    (TakeQuery(verdict: .judged(.keep)), [3]),
    (TakeQuery(verdict: .judged(.discard)), [4]),
    (TakeQuery(verdict: .unjudged), [5, 2, 1]),
    (TakeQuery(leastRating: 1), [4, 3, 1]),
    (TakeQuery(leastRating: 3), [3, 1]),
    (TakeQuery(verdict: .judged(.keep), leastRating: 4), [3]),
    (TakeQuery(since: Music.date(30)), [5, 4, 3]),
    (TakeQuery(since: Music.date(51)), []),
    (TakeQuery(origin: .generated, since: Music.date(31)), [4]),
    (TakeQuery(search: "blues"), [1]),
    (TakeQuery(search: "s_1"), [1]),
    (TakeQuery(search: "%"), [2]),
    (TakeQuery(search: "_"), [1]),
    (TakeQuery(search: "\\"), []),
    (TakeQuery(search: "piano"), [5]),
    (TakeQuery(search: "MONK"), [5]),
    (TakeQuery(search: "r1"), [4]),
    (TakeQuery(search: "'; DROP TABLE take; --"), []),
    (TakeQuery(origin: .played, search: "mid", verdict: .unjudged), [2, 1]),
  ])
  func whatMatchesIsListedAndWhatCameLastIsFirst(query: TakeQuery, numbers: [Int64]) throws {
    #expect(try library.takes(matching: query).map(\.number) == numbers)
  }

  @Test func aTakeThatIsNotThereIsNil() throws {
    #expect(try library.take(6) == nil)
    #expect(throws: LibraryError.noSuch(table: "take", number: 6, path: folder.library.path)) {
      try library.events(of: 6)
    }
    let error = #expect(throws: LibraryError.self) { try library.notes(of: 6) }
    #expect(
      error?.description
        == "cannot find take 6 in \(folder.library.path): there is none of that number")
  }
}
