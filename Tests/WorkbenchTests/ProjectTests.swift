import Disk
import Foundation
import Rounds
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
    let parent = bench.folder.appending(path: "elsewhere")
    let path = parent.appending(path: "mine").plainPath
    // Nothing above it is made.
    #expect(throws: DiskError.self) { try bench.project(path) }
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: false)
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
    (
      "name = \"x\"\ntemplate = \"tiny\"\n[tune]\nseed = -1",
      "'tune.seed' has a value that it cannot"
    ),
    ("name = \"x\"\ntemplate = \"tiny\"\n[tune]\npasses = 2.5", "'tune.passes'"),
    (
      "name = \"x\"\ntemplate = \"tiny\"\ntune.passes = \"a\"",
      "'tune.passes' is not a whole number"
    ),
    (
      "name = \"x\"\ntemplate = \"tiny\"\ntune.dropout = \"a\"",
      "'tune.dropout' is not a number"
    ),
    (
      "name = \"x\"\ntemplate = \"tiny\"\ntune.augmentation = 1",
      "'tune.augmentation' is not true or false"
    ),
    ("name = 1\ntemplate = \"tiny\"", "'name' is not text in quotes"),
    ("name = \"x\"\ntemplate = \"tiny\"\ntune = 3", "there is no setting 'tune'"),
    (
      "name = \"x\"\ntemplate = \"tiny\"\n[tune]\npasses = 0",
      "the setting 'tune.passes' is 0: it must be from 1 to 1000"
    ),
    ("name = \"x\"\ntemplate = \"tiny\"\n[tunes]", "there is no setting 'tunes'"),
    ("name = \"x\"", "the setting 'template' is missing"),
    ("name = \"x\ntemplate = \"tiny\"", "line 1: the text in quotes does not end"),
    ("name = \"x\"\r\nname = 'y'\r\n", "line 2: 'name' is there twice"),
    ("[tune]\n[tune]", "line 2: [tune] is there twice"),
    ("name = \"x\"\ntemplate = Ρ", "line 2: 'Ρ' is no decimal number"),
    ("name = [\"x\"]", "line 1: '[\"x\"]' is no decimal number"),
    ("name = 1979-05-27", "line 1: '1979-05-27' is no decimal number"),
    ("name = 1__0", "line 1: '1__0' is no decimal number"),
    ("name = 01", "line 1: '01' is no decimal number"),
    ("name = 1.", "line 1: '1.' is no decimal number"),
    ("name = 1e_5", "line 1: '1e_5' is no decimal number"),
    ("name = +", "line 1: '+' is no decimal number"),
    ("name = 1.5.2", "line 1: '1.5.2' is no decimal number"),
    ("name = True", "line 1: 'True' is no decimal number"),
    ("name = 99999999999999999999", "line 1: 99999999999999999999 is too large"),
    ("name = -1e999", "line 1: -1e999 is too large"),
    ("name = \"x\\é\"", "line 1: '\\é' stands for nothing"),
    ("name = \"x\\ud800\"", "line 1: '\\u' is followed by no character's number"),
    ("name = \"x\u{1B}\"", "line 1: the character number 27 cannot stand there"),
    ("name = \"x\"\n[=]", "line 2: '=' cannot stand there"),
    ("name = \"x\"\n[ tune", "line 2: the end of the line cannot stand there"),
    ("name", "line 1: the end of the line cannot stand there"),
    ("# é\nname = 'é' # \"\n\u{A0}template", "line 3: '\u{A0}' cannot stand there"),
    ("name = \"\\\"é\" é", "line 1: 'é' cannot stand there"),
    ("name = \"\"\"é\"\"\"", "line 1: '\"' cannot stand there"),
  ])
  func settingsThatCannotBeReadAreNamed(text: String, says: String) throws {
    let file = bench.folder.appending(path: "project.toml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let error = try #require(throws: WorkbenchError.self) { try ProjectSettings.read(from: file) }
    #expect(error.description.contains(says), "\(error)")
  }

  @Test func settingsAreReadAsTOMLSaysThem() throws {
    let text = """
        # A comment.\r
      name\t= "a \\"b\\" \\u00e9\\U0001F3B9\\t" # and one more
      template='C:\\tiny'
      tune . lowerRate = +5e-1
      [ tune ]#
      seed = 1_000
      dropout = 0
      augmentation = false
      """
    let settings = try ProjectSettings.read(text, path: "it")
    #expect(settings.name == "a \"b\" é🎹\t")
    #expect(settings.template == "C:\\tiny")
    #expect(settings.tune.seed == 1000)
    #expect(settings.tune.dropout == 0)
    #expect(settings.tune.lowerRate == 0.5)
    #expect(!settings.tune.augmentation)
  }

  @Test func settingsThatAreNotThereOrNotTextAreSaidToBe() throws {
    let file = bench.folder.appending(path: "project.toml")
    func cause() throws -> WorkbenchError {
      try #require(throws: WorkbenchError.self) { try ProjectSettings.read(from: file) }
    }
    #expect(
      try cause()
        == .badSettings(path: file.plainPath, cause: "the file or its folder is not there"))
    try Data([0xFF, 0xFE, 0xFD]).write(to: file)
    #expect(try cause() == .badSettings(path: file.plainPath, cause: "it is not text"))
  }

  @Test func settingsSurviveANameWithQuotes() throws {
    let file = bench.folder.appending(path: "project.toml")
    let settings = ProjectSettings(
      name: "a \"b\" \\ \u{7}", template: "tiny", tune: TuneSettings())
    try settings.text.write(to: file, atomically: true, encoding: .utf8)
    #expect(try ProjectSettings.read(from: file) == settings)
  }
}
