import Foundation
import GRDB
import Library
import Testing

@Suite struct BlindPairTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    let other = Generation(model: "fast.safetensors", seed: 7)
    try library.add(
      [Music.generated(), Music.generated(1, by: other)], to: Music.generation)
    try library.add([Music.played()], to: Music.recording())
  }

  @Test func pairsAreCountedEitherWayRound() throws {
    let straight = BlindPair(takeA: 1, takeB: 2, first: .a, moreMe: .b, liked: nil)
    let turned = BlindPair(takeA: 2, takeB: 1, first: .a, moreMe: .b, liked: .a)
    try library.add(straight, at: Music.date())
    try library.add(turned, at: Music.date(1))
    #expect(
      try library.blindPairs(of: "base", and: "fast.safetensors") == [
        straight, BlindPair(takeA: 1, takeB: 2, first: .b, moreMe: .a, liked: .b),
      ])
    #expect(try library.blindPairs(of: "base", and: "round 9").isEmpty)
  }

  @Test func onlyModelsAreHeardBlindAndNothingIsChanged() throws {
    #expect(throws: LibraryError.self) {
      try library.add(
        BlindPair(takeA: 1, takeB: 3, first: .a, moreMe: nil, liked: nil), at: Music.date())
    }
    #expect(throws: LibraryError.self) {
      try library.add(
        BlindPair(takeA: 1, takeB: 1, first: .a, moreMe: nil, liked: nil), at: Music.date())
    }
    try library.add(
      BlindPair(takeA: 1, takeB: 2, first: .a, moreMe: nil, liked: nil), at: Music.date())
    let database = try DatabaseQueue(path: folder.library.path)
    for sql in ["DELETE FROM blindPair", "UPDATE blindPair SET liked = 'a'"] {
      #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: sql) } }
    }
  }
}
