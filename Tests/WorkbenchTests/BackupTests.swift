import Archive
import Disk
import Foundation
import Library
import MIDI
import Testing

@testable import Workbench

extension TarWriter {
  /// Adds a manifest and its digest, as a stranger would.
  fileprivate func add(_ manifest: BackupManifest) throws {
    let list = try manifest.encoded()
    try add("x/manifest.json", list)
    try add("x/manifest.sha256", BackupManifest.digestLine(of: list))
  }
}

/// A project written into one file, and made again from it.
@Suite struct BackupTests {
  let bench: Bench
  private var file: URL { bench.folder.appending(path: "b.tar") }

  init() throws {
    bench = try Bench()
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.plainPath).sorted()
  }

  @Test func aProjectComesBackAsItWas() throws {
    let project = try bench.projectWithMusic(takes: 6)
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    let report = try project.backUp(to: file.plainPath)
    #expect(report.takes == 6)
    #expect(report.models == 2)
    #expect(report.remarks == [])
    let mode = try FileManager.default.attributesOfItem(atPath: file.plainPath)[.posixPermissions]
    #expect(mode as? Int == 0o600)

    let restored = try Project.restore(from: file.plainPath, to: "again", in: bench.home)
    #expect(restored.takes == 6)
    #expect(restored.findings == [])
    let again = try Project(folder: URL(filePath: restored.folder))
    // By its new name; all else that is written there by hand stays.
    #expect(restored.project == "again")
    var settings = project.settings
    settings.name = "again"
    #expect(again.settings == settings)
    let texts = try [project, again].map {
      try String(
        contentsOf: $0.folder.appending(path: "project.toml"), encoding: .utf8)
    }
    #expect(texts[1] == texts[0].replacing("name = \"blues\"", with: "name = \"again\""))
    #expect(try again.backUp(to: bench.folder.plainPath + "/2.tar").project == "again")
    try FileManager.default.removeItem(at: bench.folder.appending(path: "2.tar"))
    #expect(try again.library.takes() == project.library.takes())
    for take in try project.library.takes() {
      #expect(
        try again.library.events(of: take.number) == project.library.events(of: take.number))
    }
    #expect(try again.library.rounds() == project.library.rounds())
    #expect(
      try Data(contentsOf: again.resolve(.current).file)
        == Data(contentsOf: project.resolve(.current).file))
    #expect(try names(in: bench.home.projects) == ["again", "blues"])
    #expect(try names(in: bench.folder) == ["Projects", "Templates", "b.tar", "midi"])
  }

  @Test func aFolderGivesItAName() throws {
    let project = try bench.project()
    let report = try project.backUp(to: bench.folder.plainPath)
    let name = URL(filePath: report.path).lastPathComponent
    #expect(name.wholeMatch(of: #/blues-\d{4}-\d\d-\d\d-\d{6}\.tar/#) != nil, "\(name)")
  }

  /// A take that is being played is in it as far as it is stored.
  @Test func itIsMadeWhileARecordingRuns() throws {
    let project = try bench.project()
    let lock = try ProjectLock(of: project, for: .recording)
    let recorder = try TakeLibrary.open(
      at: project.folder.appending(path: TakeLibrary.fileName), durability: .full)
    let take = try recorder.beginTake(
      in: recorder.insert(NewSession(kind: .recording, name: "x", startedAt: Date())),
      startedAt: Date())
    let stroke = MIDIEvent(nanoseconds: 5, message: .noteOn(pitch: 60, velocity: 64))
    try recorder.append([stroke], to: take)
    _ = try project.backUp(to: file.plainPath)
    try recorder.append([MIDIEvent(nanoseconds: 9, message: .noteOff(pitch: 60))], to: take)
    withExtendedLifetime(lock) {}
    let restored = try Project.restore(from: file.plainPath, to: "again", in: bench.home)
    let again = try Project(folder: URL(filePath: restored.folder))
    #expect(try again.library.unfinishedTakes().map(\.number) == [take])
    #expect(try again.library.events(of: take) == [stroke])
  }

  @Test func aBackupThatIsNotThereIsSaidToBe() throws {
    let path = bench.folder.appending(path: "nope.tar").plainPath
    let error = #expect(throws: (any Error).self) {
      try Project.restore(from: path, to: nil, in: bench.home)
    }
    #expect(
      error.map { "\($0)" } == "cannot read \(path): the file or its folder is not there")
  }

  @Test func nothingIsWrittenOver() throws {
    let project = try bench.project()
    try Data([7]).write(to: file)
    #expect(throws: WorkbenchError.fileExists(path: file.plainPath)) {
      try project.backUp(to: file.plainPath)
    }
    #expect(try Data(contentsOf: file) == Data([7]))
    let good = bench.folder.appending(path: "good.tar").plainPath
    _ = try project.backUp(to: good)
    #expect(throws: WorkbenchError.projectExists(path: project.folder.plainPath)) {
      try Project.restore(from: good, to: nil, in: bench.home)
    }
    for name in ["../x", "/nowhere/../x"] {
      // A path is taken as it is, and a project's own name is never one.
      let place = bench.folder.appending(path: "Projects/\(name)").standardizedFileURL.plainPath
      let link = URL(filePath: place)
      guard name == "../x" else { continue }
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: URL(filePath: "/nowhere"))
      #expect(throws: WorkbenchError.projectExists(path: place)) {
        try Project.restore(from: good, to: place, in: bench.home)
      }
    }
  }

  @Test func whatIsStoppedLeavesNothing() throws {
    let project = try bench.project()
    #expect(throws: WorkbenchError.stopped(doing: "back up blues")) {
      try project.backUp(to: file.plainPath) { _ in false }
    }
    _ = try project.backUp(to: file.plainPath)
    #expect(throws: WorkbenchError.stopped(doing: "restore again")) {
      try Project.restore(from: file.plainPath, to: "again", in: bench.home) { _ in false }
    }
    #expect(try names(in: bench.home.projects) == ["blues"])
    #expect(try names(in: bench.folder) == ["Projects", "Templates", "b.tar"])
  }

  @Test func aChangedByteOrAMissingEndIsNoticed() throws {
    let project = try bench.projectWithMusic(takes: 2)
    _ = try project.backUp(to: file.plainPath)
    let bytes = try Data(contentsOf: file)
    let broken = bench.folder.appending(path: "broken.tar")
    func refused(_ bytes: Data, _ what: String) throws {
      try bytes.write(to: broken)
      do {
        let report = try Project.restore(from: broken.plainPath, to: "again", in: bench.home)
        Issue.record("\(what) was restored to \(report.folder)")
      } catch {
        #expect("\(error)".hasPrefix("cannot "), "\(error)")
      }
      #expect(try names(in: bench.home.projects) == ["blues"])
    }
    // Behind each file there are up to 511 zeros, which are nobody's.
    for place in stride(from: 100, to: bytes.count - 2048, by: bytes.count / 60) {
      guard bytes[place] != 0 else { continue }
      var changed = bytes
      changed[place] ^= 1
      try refused(changed, "byte \(place)")
    }
    for length in [0, 1, 511, 512, 1024, bytes.count / 2, bytes.count - 1025, bytes.count - 1] {
      try refused(bytes.prefix(length), "\(length) bytes")
    }
    try refused(bytes + [1], "one byte more")
  }

  /// Backups that a stranger made, and a word of the sentence that refuses each.
  @Test(arguments: [
    ("blues", ["../../x"], "no project has"), ("blues", ["/etc/x"], "no project has"),
    ("blues", ["models/../../x"], "no project has"), ("blues", ["models/x.sh"], "no project has"),
    ("blues", [".bashrc"], "no project has"), ("blues", ["models/.x.grams"], "no project has"),
    ("blues", ["library.sqlite"], "lists a file twice"),
    ("../x", [], "would not do as a folder's"),
    ("a\u{1B}[2J", [], "would not do as a folder's"),
  ])
  func aStrangersListIsRefused(project: String, more: [String], because: String) throws {
    let content: [UInt8] = [1, 2, 3]
    var manifest = BackupManifest(
      project: project, madeAt: Date(), program: "0",
      files: (["library.sqlite", "project.toml"] + more).map {
        .init(path: $0, bytes: 3, sha256: Digest.sha256(of: content))
      })
    let writer = try TarWriter(creating: file)
    try writer.add(manifest)
    try writer.add("x/library.sqlite", content)
    try writer.add("x/project.toml", content)
    try writer.finish()
    do {
      _ = try Project.restore(from: file.plainPath, to: nil, in: bench.home)
      Issue.record("it was restored")
    } catch {
      #expect("\(error)".contains(because), "\(error)")
    }
    #expect(try names(in: bench.home.projects) == [])
    manifest.version = 2
    #expect(throws: BackupManifest.Fault.self) { try BackupManifest(manifest.encoded()) }
  }

  @Test func whatTheListDoesNotHaveIsRefused() throws {
    let project = try bench.project()
    let settings = [UInt8](
      try Data(contentsOf: project.folder.appending(path: "project.toml")))
    let library = [UInt8](
      try Data(contentsOf: project.folder.appending(path: TakeLibrary.fileName)))
    let files = [("library.sqlite", library), ("project.toml", settings)]
    let manifest = BackupManifest(
      project: "again", madeAt: Date(), program: "0",
      files: files.map {
        .init(path: $0.0, bytes: $0.1.count, sha256: Digest.sha256(of: $0.1))
      })
    for (order, says) in [
      ([1, 0], "where library.sqlite should be"), ([0], "project.toml is missing"),
      ([0, 1, 2], "which its list has not"),
    ] {
      try? FileManager.default.removeItem(at: file)
      let writer = try TarWriter(creating: file)
      try writer.add(manifest)
      for index in order {
        let (name, bytes) = index < 2 ? files[index] : ("models/more.grams", [1])
        try writer.add("x/\(name)", bytes)
      }
      try writer.finish()
      do {
        _ = try Project.restore(from: file.plainPath, to: nil, in: bench.home)
        Issue.record("it was restored")
      } catch {
        #expect("\(error)".contains(says), "\(error)")
      }
    }
    #expect(try names(in: bench.home.projects) == ["blues"])
  }

  /// A list that claims more than there is does not fill the disk: nothing is written for it.
  @Test func claimsAreHeldAgainstTheFile() throws {
    let manifest = BackupManifest(
      project: "again", madeAt: Date(), program: "0",
      files: ["library.sqlite", "project.toml"].map {
        .init(path: $0, bytes: 1 << 38, sha256: Digest.sha256(of: []))
      })
    let writer = try TarWriter(creating: file)
    try writer.add(manifest)
    try writer.finish()
    do {
      _ = try Project.restore(from: file.plainPath, to: nil, in: bench.home)
      Issue.record("it was restored")
    } catch {
      #expect("\(error)".contains("it claims 549755813888 bytes of files"), "\(error)")
    }
  }
}
