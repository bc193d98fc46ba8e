import Disk
import Foundation
import Library
import Testing
import Work

@testable import Console
@testable import Workbench

@Suite struct DeleteTests {
  private let bench: Bench
  private let project: Project

  /// Takes 1 to 3 are played, 4 and 5 the base's, from silence.
  init() throws {
    bench = try Bench()
    project = try bench.projectWithMusic(takes: 3)
    _ = try bench.generated(2, in: project)
  }

  private func delete(_ numbers: Int64...) throws -> Deletion {
    try project.delete(numbers.map { .number($0) }) { _ in true }
  }

  private var numbers: [Int64] {
    get throws { try project.takes(matching: TakeFilter()).takes.map(\.number) }
  }

  @Test func aDeletedTakeLeavesACopyThatComesBack() throws {
    try project.judge([.number(5)], .rate(1))
    let events = try project.library.events(of: 5)
    let deletion = try delete(5)
    #expect(deletion.text == "deleted take 5; a copy is deleted/take-5-generated.mid")
    #expect(try numbers == [4, 3, 2, 1])
    #expect(try Project.examine(project.folder).findings.isEmpty)
    let copy = project.folder.appending(path: "deleted/take-5-generated.mid").plainPath
    let error = #expect(throws: WorkbenchError.self) { try project.show(.number(5)) }
    let day = Readable.day(Date())
    #expect(
      error.map { sentence(for: $0) }
        == "cannot find take 5: you deleted it on \(day), and a copy is \(copy)")
    // Its number is nobody else's.
    _ = try project.importFiles(at: [copy]) { _ in true }
    #expect(try numbers == [6, 4, 3, 2, 1])
    #expect(try project.library.events(of: 6) == events)
    #expect(try project.library.take(6)?.origin == .generated)
    #expect(try Project.examine(project.folder).findings.isEmpty)
  }

  @Test func aFileOfADeletedTakeDoesNotComeBackByItself() throws {
    _ = try delete(2)
    let report = try project.importFiles(at: [bench.folder.appending(path: "midi").plainPath]) {
      _ in true
    }
    #expect((report.added, report.alreadyThere) == (0, 2))
    #expect(
      report.files.compactMap(\.reason).contains(
        "you deleted it, as take 2; a copy that can be brought in is deleted/take-2-played.mid"))
    #expect(try numbers == [5, 4, 3, 1])
    let copy = project.folder.appending(path: "deleted/take-2-played.mid").plainPath
    #expect(try project.importFiles(at: [copy]) { _ in true }.added == 1)
  }

  @Test func whoSaysNoKeepsAll() throws {
    var asked: [String] = []
    let deletion = try project.delete([.number(1), .number(4), .number(1)]) {
      asked.append($0.question)
      return false
    }
    #expect(asked.count == 1)
    #expect(asked[0].hasPrefix("delete 2 takes, 0:"))
    #expect(asked[0].hasSuffix(" together, and all that you said of them?"))
    #expect(deletion.text == "nothing was deleted")
    #expect(try numbers == [5, 4, 3, 2, 1])
    #expect(!project.folder.appending(path: "deleted").isAnything)
    let one = try project.delete([.number(4)]) { $0.question.contains("take 4, generated, ") }
    #expect(one.isDone)
  }

  @Test func aTakeThatIsNeededStays() throws {
    var request = GenerateRequest()
    (request.after, request.model, request.seed) = ("2", .base, 5)
    let made = try project.generate(request) { _ in true }.takes.map(\.number)
    #expect(
      throws: WorkbenchError.neededTake(
        number: 2, cause: "take \(made[0]) goes on from it; delete both, or none")
    ) { try delete(1, 2) }
    #expect(throws: WorkbenchError.noSuchTake(number: 99)) { try delete(1, 99) }
    #expect(try project.takes(matching: TakeFilter()).total == 5 + made.count)
    // All of them together.
    _ = try project.delete(([2] + made).map { .number($0) }) { _ in true }
    #expect(try numbers == [5, 4, 3, 1])

    let digest = Digest.sha256(of: [])
    try project.library.addRound(
      NewRound(
        number: 1, parent: nil, createdAt: Date(), settings: "{}", seed: 1, programVersion: "0",
        status: .candidate, numbers: "{}", weightsFile: nil, weightsDigest: digest,
        takes: [RoundTake(take: 3, digest: digest, weight: 1, role: .train)]))
    #expect(
      throws: WorkbenchError.neededTake(number: 3, cause: "round 1 was trained on it")
    ) { try delete(3) }
  }

  @Test func whatWasImportedForJudgingIsReleased() throws {
    let file = try bench.music(takes: 4) + "/3.mid"
    _ = try project.importFiles(at: [file], heldOut: true) { _ in true }
    var filter = TakeFilter()
    filter.heldOut = true
    #expect(try project.takes(matching: filter).takes.map(\.number) == [6])
    #expect(
      throws: WorkbenchError.notReleasable(number: 1, cause: "it is not set aside for judging")
    ) { try project.release([.number(6), .number(1)]) }
    let report = try project.release([.number(6), .last])
    #expect(report.text == "released take 6: the next round may learn from it")
    #expect(try project.takes(matching: filter).takes.isEmpty)
    try project.library.setHeldOut(takes: [2])
    #expect(
      throws: WorkbenchError.notReleasable(
        number: 2, cause: "it was chosen from your playing, not brought in for judging")
    ) { try project.release([.number(2)]) }
    #expect(try Project.examine(project.folder).findings.isEmpty)
  }
}
