import Console
import Disk
import Foundation
import Library
import MIDI
import Rounds
import Testing

@testable import Workbench

/// What the doctor finds wrong with a project, and mends.
@Suite struct DoctorTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private func flip(_ file: URL, at place: Int) throws {
    var bytes = try Data(contentsOf: file)
    bytes[place] ^= 1
    try bytes.write(to: file)
  }

  private func texts(_ project: Project) throws -> [String] {
    try Project.examine(project.folder).findings.map(\.text)
  }

  @Test func aSoundProjectIsHealthy() throws {
    let project = try bench.projectWithMusic(takes: 6)
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    _ = try bench.generated(2, in: project)
    let report = try Project.examine(project.folder, fix: true)
    #expect(report.findings == [])
    #expect(report.takes == 8)
    #expect(report.models == 2)
    #expect(report.backup == nil)
    try report.requireHealth()
  }

  @Test func aChangedByteInWeightsIsNoticedByAllThatUsesThem() throws {
    let project = try bench.projectWithMusic(takes: 6)
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let round = project.models.round(1)
    let size = try #require(round.bytes)
    for place in [0, 9, 200, size / 3, size / 2, size - 1000] {
      try flip(round, at: place)
      #expect(throws: WorkbenchError.weightsChanged(path: round.plainPath)) {
        try project.generate(GenerateRequest()) { _ in true }
      }
      try flip(round, at: place)
      try flip(project.models.base, at: place)
      #expect(throws: WorkbenchError.weightsChanged(path: project.models.base.plainPath)) {
        try bench.generated(1, in: project)
      }
      #expect(throws: WorkbenchError.weightsChanged(path: project.models.base.plainPath)) {
        try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
      }
      try flip(project.models.base, at: place)
    }
    try flip(round, at: size - 1)
    #expect(
      try texts(project) == [
        "models/round-1.safetensors, the weights of round 1, is not what was written: restore it "
          + "from a backup"
      ])
  }

  @Test func aChangedBaseIsCopiedFromTheTemplateAgain() throws {
    let project = try bench.project()
    try flip(project.models.base, at: 300)
    let report = try Project.examine(project.folder)
    #expect(
      report.findings.map(\.text) == ["models/base.safetensors, the base, is not what was written"])
    #expect(throws: WorkbenchError.unhealthy(project: "blues", problems: 1, remedies: 1)) {
      try report.requireHealth()
    }
    let fixed = try Project.examine(project.folder, fix: true)
    #expect(fixed.findings.map(\.isMended) == [true])
    #expect(fixed.open == [])
    #expect(fixed.backup.map { URL(filePath: $0).isFile } == true)
    #expect(try texts(project) == [])
  }

  /// A project of an older woodshed knows the base's digest by its first round, or from now on.
  @Test func theBaseOfAnOldProjectIsKnownFromItsFirstUse() throws {
    let project = try bench.projectWithMusic(takes: 2)
    try project.library.note(digest: String(repeating: "0", count: 64), ofModelFile: "x")
    #expect(try project.knownBaseDigest() == Digest.sha256(ofFileAt: project.models.base))
  }

  @Test func weightsThatAreGoneAreForgotten() throws {
    let project = try bench.projectWithMusic(takes: 6)
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    try FileManager.default.removeItem(at: project.models.round(1))
    let inUse = try Project.examine(project.folder, fix: true)
    #expect(inUse.open.map(\.remedy) == [nil])
    try project.library.setCurrent(round: nil)
    let report = try Project.examine(project.folder, fix: true)
    #expect(report.open == [])
    #expect(try project.library.round(number: 1)?.weightsFile == nil)
  }

  @Test func strayFilesAreSetAside() throws {
    let project = try bench.project()
    let stray = project.models.folder.appending(path: "round-9.safetensors")
    try Data([1]).write(to: stray)
    let mine = project.models.folder.appending(path: "mine.safetensors")
    // Weights that a musician has put there are theirs.
    try FileManager.default.copyItem(at: project.models.base, to: mine)
    let draft = project.models.folder.appending(path: ".woodshed-2147480000-1.part")
    try Data([1]).write(to: draft)
    let log = project.folder.appending(path: ".woodshed-2147480000-1.part-journal")
    try Data([1]).write(to: log)
    let own = project.models.folder.appending(path: ".woodshed-\(getpid())-1.part")
    try Data([1]).write(to: own)
    #expect(
      try texts(project) == [
        ".woodshed-2147480000-1.part-journal was never finished",
        "models/.woodshed-2147480000-1.part was never finished",
        "models/round-9.safetensors are weights that no round names",
      ])
    let report = try Project.examine(project.folder, fix: true)
    #expect(report.open == [])
    #expect(
      report.remarks
        == ["models/mine.safetensors is no model of the project's: it is left as it is"])
    #expect(report.models == 1)
    #expect(report.wallSeconds > 0)
    #expect(!log.isFile)
    #expect(!stray.isFile && !draft.isFile && mine.isFile && own.isFile)
    let aside = project.folder.appending(path: "set-aside").fileNames
    #expect(aside.count == 1 && aside[0].hasSuffix("round-9.safetensors"))
  }

  @Test func aTakeThatBrokeOffIsFinished() throws {
    let project = try bench.project()
    let take = try project.library.beginTake(
      in: project.library.insert(NewSession(kind: .recording, name: "x", startedAt: Date())),
      startedAt: Date())
    try project.library.append(
      [MIDIEvent(nanoseconds: 5, message: .noteOn(pitch: 60, velocity: 64))], to: take)
    do {
      // While it is recorded it is none of the doctor's business.
      let lock = try ProjectLock(of: project, for: .recording)
      #expect(try texts(project) == [])
      withExtendedLifetime(lock) {}
    }
    #expect(try texts(project) == ["take \(take) broke off while it was recorded"])
    #expect(try Project.examine(project.folder, fix: true).open == [])
    #expect(try project.library.take(take)?.isFinished == true)
  }

  @Test func whatAnybodyMayChangeIsClosed() throws {
    let project = try bench.project()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o666], ofItemAtPath: project.models.base.plainPath)
    #expect(try texts(project) == ["models/base.safetensors can be changed by anybody"])
    #expect(try Project.examine(project.folder, fix: true).open == [])
    let mode = try FileManager.default.attributesOfItem(atPath: project.models.base.plainPath)
    #expect(mode[.posixPermissions] as? Int == 0o664)
  }

  @Test func aLibraryThatIsNoneIsASentence() throws {
    let project = try bench.project()
    try project.library.close()
    try Data("not a library".utf8).write(to: project.folder.appending(path: TakeLibrary.fileName))
    let report = try Project.examine(project.folder, fix: true)
    #expect(report.open.count == 1)
    #expect(report.open.first?.text.hasPrefix("cannot open the library") == true)
    try "name = ".write(
      to: project.folder.appending(path: "project.toml"), atomically: true, encoding: .utf8)
    #expect(try Project.examine(project.folder).open.map(\.area) == [.settings])
  }

  @Test func whatBelongsToNothingAmongTheModelsIsFound() throws {
    let project = try bench.project()
    for name in ["junk.safetensors", "foo.bin"] {
      try Data([1]).write(to: project.models.folder.appending(path: name))
    }
    let report = try Project.examine(project.folder)
    #expect(report.models == 1)
    #expect(
      report.open.map(\.text).sorted()
        == ["models/foo.bin belongs to nothing", "models/junk.safetensors belongs to nothing"])
    #expect(try Project.examine(project.folder, fix: true).open == [])
    #expect(project.models.folder.fileNames == ["base.safetensors"])
    #expect(project.folder.appending(path: "set-aside").fileNames.count == 2)
  }

  @Test(arguments: [true, false])
  func aLibraryThatIsGoneOrEmptyIsRefusedAndNotMadeAgain(isGone: Bool) throws {
    let project = try bench.projectWithMusic(takes: 2)
    try project.library.close()
    let file = project.folder.appending(path: TakeLibrary.fileName)
    for end in ["-wal", "-shm", ""] {
      try? FileManager.default.removeItem(atPath: file.plainPath + end)
    }
    if !isGone { try Data().write(to: file) }
    let path = file.plainPath
    let fault = isGone ? LibraryError.missing(path: path) : .empty(path: path)
    #expect(throws: fault) { try Project(folder: project.folder) }
    #expect(throws: fault) { try Project.find(named: "blues", from: bench.folder) }
    #expect(
      sentence(for: fault)
        == "cannot open the library \(path): it is \(isGone ? "not there" : "empty"); "
        + "restore the project from a backup with: woodshed restore FILE")
    let report = try Project.examine(project.folder, fix: true)
    #expect(
      report.open.map(\.text) == ["\(fault); restore the project from a backup"])
    let left = try FileManager.default.contentsOfDirectory(atPath: project.folder.plainPath)
      .filter { $0.hasPrefix("library") }
    #expect(left == (isGone ? [] : [TakeLibrary.fileName]))
    #expect(isGone || file.bytes == 0)
  }

  /// What a project's files may be: nobody but the owner writes them.
  @Test func filesAreMadeAsTheUmaskSays() throws {
    let project = try bench.projectWithMusic(takes: 2)
    _ = try project.export(ExportRequest(TakeChoice([.last])))
    let before = umask(0)
    umask(before)
    for path in try FileManager.default.subpathsOfDirectory(atPath: project.folder.plainPath) {
      let file = project.folder.appending(path: path).plainPath
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect((mode ?? 0o777) & Int(before) & 0o777 == 0, "\(path)")
    }
  }

  @Test func aTemplatesLinksAreRefused() throws {
    let template = bench.home.templates.appending(path: "tiny")
    let elsewhere = bench.folder.appending(path: "elsewhere")
    for name in ["base.safetensors", "grams.bin"] {
      let file = template.appending(path: name)
      if file.isFile {
        try FileManager.default.moveItem(at: file, to: elsewhere)
      } else {
        try Data([1]).write(to: elsewhere)
      }
      try FileManager.default.createSymbolicLink(at: file, withDestinationURL: elsewhere)
      #expect(
        throws: WorkbenchError.badSettings(
          path: file.plainPath,
          cause: "a template's files are plain files, and this is a link or device")
      ) { try bench.project("x") }
      #expect(bench.home.projectNames == [])
      try FileManager.default.removeItem(at: file)
      if name == "base.safetensors" {
        try FileManager.default.moveItem(at: elsewhere, to: file)
      }
    }
  }
}
