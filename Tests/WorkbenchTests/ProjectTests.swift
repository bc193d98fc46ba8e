import Foundation
import Testing

@testable import Workbench

@Suite struct ProjectTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  @Test func aNameMakesAFolderInProjects() throws {
    let project = try bench.project("Late night blues")
    #expect(
      project.folder.plainPath
        == bench.folder.appending(path: "Projects/Late night blues").plainPath)
    #expect(project.settings.name == "Late night blues")
    #expect(project.settings.tune == TuneSettings())
    #expect(bench.home.projectNames == ["Late night blues"])
  }

  @Test func aPathIsTakenAsItIs() throws {
    let path = bench.folder.appending(path: "elsewhere/mine").plainPath
    #expect(try bench.project(path).folder.plainPath == path)
  }

  @Test(arguments: ["", "-x", " x", "a\u{1B}[2J", "x*"])
  func aNameThatWouldNotDoIsRefused(name: String) {
    #expect(throws: WorkbenchError.badProjectName(name)) { try bench.project(name) }
  }

  @Test func nothingIsOverwritten() throws {
    let folder = try bench.project().folder
    #expect(throws: WorkbenchError.projectExists(path: folder.plainPath)) {
      try bench.project()
    }
  }

  @Test func aProjectIsFoundFromBelowByNameAndWhenItIsTheOnlyOne() throws {
    let folder = try bench.project("a").folder
    let below = folder.appending(path: "models")
    #expect(try Project.find(named: nil, from: below).settings.name == "a")
    #expect(try Project.find(named: "a", from: bench.folder).settings.name == "a")
    #expect(try Project.find(named: nil, from: bench.folder).settings.name == "a")
    _ = try bench.project("b")
    #expect(
      throws: WorkbenchError.projectNotFound(start: bench.folder.plainPath, known: ["a", "b"])
    ) {
      try Project.find(named: nil, from: bench.folder)
    }
    #expect(throws: WorkbenchError.noSuchProject(name: "c", known: ["a", "b"])) {
      try Project.find(named: "c", from: bench.folder)
    }
  }

  @Test func damagedBaseWeightsAreNoticed() throws {
    let weights = bench.home.templates.appending(path: "tiny/base.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: weights)
    #expect(throws: WorkbenchError.weightsChanged(path: weights.plainPath)) {
      try bench.project()
    }
    #expect(bench.home.projectNames.isEmpty)
  }

  @Test(arguments: [
    (
      "name = \"x\"\ntemplate = \"tiny\"\n[tune]\npases = 3",
      "there is no setting 'tune.pases'"
    ),
    ("name = \"x\"\ntemplate = \"tiny\"\n[tune]\npasses = 0", "cannot use passes 0"),
    ("name = \"x\"\ntemplate = \"tiny\"\n[tune]\npasses = \"a\"", "the setting 'tune.passes'"),
    ("name = \"x\"", "the setting 'template' is missing"),
    ("name = \"x\ntemplate = \"tiny\"", "line 1"),
    ("name = \"x\"\ntemplate = Ρ", "line 2: 'Ρ' may stand between quotes only"),
    ("# é\nname = 'é' # \"\n\u{A0}template", "line 3: '\u{A0}' may stand"),
    ("name = \"\\\"é\" é", "line 1: 'é' may stand"),
    ("name = \"\"\"é\n\"é\"\"\"\" é", "line 2: 'é' may stand"),
  ])
  func settingsThatCannotBeReadAreNamed(text: String, says: String) throws {
    let file = bench.folder.appending(path: "project.toml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let error = try #require(throws: WorkbenchError.self) { try ProjectSettings.read(from: file) }
    #expect(error.description.contains(says), "\(error)")
  }

  @Test func settingsSurviveANameWithQuotes() throws {
    let file = bench.folder.appending(path: "project.toml")
    let settings = ProjectSettings(
      name: "a \"b\" \\ \u{7}", template: "tiny", tune: TuneSettings())
    try settings.text.write(to: file, atomically: true, encoding: .utf8)
    #expect(try ProjectSettings.read(from: file) == settings)
  }
}
