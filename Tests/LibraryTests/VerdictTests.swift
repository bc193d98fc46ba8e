import Foundation
import GRDB
import Library
import Testing

@Suite struct VerdictTests {
  private let folder: TemporaryFolder
  private let library: TakeLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = try TakeLibrary.open(at: folder.library)
    try library.add([Music.generated(), Music.generated(1)], to: Music.generation)
  }

  @Test func theLastOfEachKindStands() throws {
    try library.say(.discard, of: 1, at: Music.date(1))
    try library.say(.rating(2), of: 1, at: Music.date(2))
    try library.say(.keep(phrase: nil), of: 1, at: Music.date(3))
    try library.say(.note("odd"), of: 1, at: Music.date(4))
    try library.say(.rating(5), of: 1, at: Music.date(5))
    var expected = StandingVerdict()
    expected.judgement = .keep
    expected.rating = 5
    expected.note = "odd"
    #expect(try library.standingVerdict(of: 1) == expected)
    #expect(try library.standingVerdict(of: 2) == StandingVerdict())
    #expect(try library.standingVerdicts() == [1: expected])
    // The list says the same.
    let take = try #require(try library.take(1))
    #expect(take.judgement == .keep)
    #expect(take.rating == 5)
    #expect(take.note == "odd")
  }

  @Test func keptPhrasesAddUpUntilTheWholeTakeIsJudged() throws {
    try library.say(.keep(phrase: 0..<10), of: 1, at: Music.date())
    try library.say(.keep(phrase: 20..<30), of: 1, at: Music.date())
    #expect(try library.standingVerdict(of: 1).phrases == [0..<10, 20..<30])
    #expect(try library.take(1)?.judgement == .keep)
    try library.say(.discard, of: 1, at: Music.date())
    #expect(try library.standingVerdict(of: 1).phrases == [])
    try library.say(.keep(phrase: 5..<6), of: 1, at: Music.date())
    #expect(try library.standingVerdict(of: 1).phrases == [5..<6])
    try library.say(.keep(phrase: nil), of: 1, at: Music.date())
    #expect(try library.standingVerdict(of: 1).phrases == [])
    #expect(try library.standingVerdict(of: 1).judgement == .keep)
  }

  @Test func undoTakesBackOneAfterTheOther() throws {
    try library.say(.keep(phrase: nil), of: 1, at: Music.date(1))
    try library.say(.discard, of: 2, at: Music.date(2))
    try library.say(.discard, of: 1, at: Music.date(3))
    let undone = try library.undoLastVerdicts(at: Music.date(4))
    #expect(undone.map(\.take) == [1])
    #expect(undone.map(\.content) == [.discard])
    #expect(try library.standingVerdict(of: 1).judgement == .keep)
    try library.undoLastVerdicts(of: 1, at: Music.date(5))
    #expect(try library.take(1)?.judgement == nil)
    #expect(try library.take(2)?.judgement == .discard)
    try library.undoLastVerdicts(at: Music.date(6))
    let none = LibraryError.nothingToUndo(path: folder.library.path)
    #expect(throws: none) { try library.undoLastVerdicts(at: Music.date(7)) }
    // All of it stays on record.
    #expect(
      try library.verdicts().map(\.content) == [
        .keep(phrase: nil), .discard, .discard, .undo(verdict: 3), .undo(verdict: 1),
        .undo(verdict: 2),
      ])
    #expect(try library.verdicts(of: 2).map(\.at) == [Music.date(2), Music.date(6)])
  }

  @Test func whatWasSaidOfSeveralTakesIsTakenBackTogether() throws {
    try library.say(.rating(3), of: 1, at: Music.date(1))
    try library.say(.discard, of: [1, 2], at: Music.date(2))
    #expect(try library.undoLastVerdicts(at: Music.date(3)).map(\.take) == [1, 2])
    #expect(try library.take(1)?.judgement == nil)
    #expect(try library.take(2)?.judgement == nil)
    #expect(try library.undoLastVerdicts(at: Music.date(4)).map(\.content) == [.rating(3)])
    // Of one take alone, when that is asked for.
    try library.say(.discard, of: [1, 2], at: Music.date(5))
    try library.undoLastVerdicts(of: 1, at: Music.date(6))
    #expect(try library.take(1)?.judgement == nil)
    #expect(try library.take(2)?.judgement == .discard)
    #expect(try library.undoLastVerdicts(at: Music.date(7)).map(\.take) == [2])
  }

  @Test func overlappingPhrasesAreOne() {
    func phrases(_ kept: Range<Int64>...) -> [Range<Int64>] {
      StandingVerdict(kept.map { .keep(phrase: $0) }).phrases
    }
    #expect(phrases(10..<20, 30..<40) == [10..<20, 30..<40])
    #expect(phrases(10..<20, 15..<25) == [10..<25])
    #expect(phrases(30..<40, 10..<20, 50..<60, 15..<35) == [10..<40, 50..<60])
    #expect(phrases(10..<20, 10..<20) == [10..<20])
    #expect(phrases(10..<20, 20..<30) == [10..<20, 20..<30])
  }

  @Test func theRoundInUseIsNoted() throws {
    try library.say(.discard, of: 1, at: Music.date())
    try library.addRound(Music.round(1))
    try library.say(.keep(phrase: nil), of: 1, at: Music.date())
    #expect(try library.verdicts().map(\.round) == [nil, 1])
  }

  @Test(
    arguments: [
      .rating(0), .rating(6), .keep(phrase: 5..<5), .keep(phrase: -1..<5), .undo(verdict: 2),
      .undo(verdict: 99),
    ] as [Verdict.Content])
  func whatMakesNoSenseIsRefused(content: Verdict.Content) throws {
    try library.say(.discard, of: 1, at: Music.date())
    try library.say(.discard, of: 2, at: Music.date())
    #expect(throws: LibraryError.self) { try library.say(content, of: 1, at: Music.date()) }
    #expect(try library.verdicts().count == 2)
  }

  @Test func anUndoIsNotUndoneNorDoneTwice() throws {
    let verdict = try library.say(.discard, of: 1, at: Music.date())
    let undo = try library.say(.undo(verdict: verdict), of: 1, at: Music.date())
    for number in [verdict, undo] {
      #expect(throws: LibraryError.self) {
        try library.say(.undo(verdict: number), of: 1, at: Music.date())
      }
    }
  }

  @Test func aTakeThatIsNotThereIsNamed() throws {
    #expect(throws: LibraryError.noSuch(table: "take", number: 3, path: folder.library.path)) {
      try library.say(.discard, of: 3, at: Music.date())
    }
  }

  @Test(arguments: ["UPDATE verdict SET kind = 'keep'", "DELETE FROM verdict"])
  func verdictsAreOnlyAddedTo(sql: String) throws {
    try library.say(.discard, of: 1, at: Music.date())
    let error = #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: folder.library.path).write { try $0.execute(sql: sql) }
    }
    #expect(error?.message == "verdicts are only ever added to")
  }
}
