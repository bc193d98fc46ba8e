import Disk
import Foundation
import Testing

@testable import Workbench

@Suite struct ProjectNumbersTests {
  @Test func theLastTakesAreListedAndNothingIsWritten() throws {
    let bench = try Bench()
    let project = try bench.project()
    _ = try project.importFiles(at: [bench.music(takes: 3)]) { _ in true }
    let path = project.folder.plainPath
    let before = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(try ProjectNumbers(ofProject: path).takes == [3, 2, 1])
    #expect(try ProjectNumbers(ofProject: path, limit: 2).takes == [3, 2])
    #expect(try ProjectNumbers(ofProject: path).rounds.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == before)
    #expect(throws: WorkbenchError.self) { try ProjectNumbers(ofProject: path + "/none") }
  }
}
