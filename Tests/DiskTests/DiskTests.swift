import Disk
import Foundation
import Glibc
import Testing

/// A folder that goes away with the test.
private final class Scratch {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "woodshed-disk-\(UUID().uuidString)", directoryHint: .isDirectory)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appending(path: name) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []).sorted()
  }
}

/// No process has such a number: /proc/sys/kernel/pid_max is 4194304 at most.
private let gone = 2_147_480_000

@Suite struct NamedPlaceTests {
  private let scratch = try? Scratch()

  @Test func aTildeIsTheHomeFolder() {
    // As a shell has it.
    let home =
      ProcessInfo.processInfo.environment["HOME"].map { URL(filePath: $0).plainPath }
      ?? FileManager.default.homeDirectoryForCurrentUser.plainPath
    #expect(URL(named: "~/a/b.mid").plainPath == "\(home)/a/b.mid")
    #expect(URL(named: "~").plainPath == home)
    // In the middle it is a letter like any other.
    #expect(URL(named: "/a/~/b").plainPath == "/a/~/b")
    let base = URL(filePath: "/base/", directoryHint: .isDirectory)
    #expect(URL(named: "~/a", relativeTo: base).plainPath == "\(home)/a")
    #expect(URL(named: "a", relativeTo: base).absoluteURL.plainPath == "/base/a")
  }

  @Test func aSlashAtTheEndSaysThatItIsAFolder() {
    #expect(URL(named: "~/a/").hasDirectoryPath)
    #expect(URL(named: "a/").hasDirectoryPath)
    #expect(!URL(named: "~/a").hasDirectoryPath)
  }

  @Test func oneFolderIsMadeInOneThatIsThere() throws {
    let scratch = try #require(scratch)
    try scratch.url("new").makeNamedFolder()
    #expect(scratch.url("new").isFolder)
    try scratch.url("new").makeNamedFolder()
    let deep = scratch.url("gone/new")
    #expect(
      throws: DiskError.cannotWrite(
        path: deep.plainPath, cause: "there is no folder \(scratch.url("gone").plainPath)")
    ) { try deep.makeNamedFolder() }
    let promised = scratch.folder.appending(path: "stick", directoryHint: .isDirectory)
    let error = #expect(throws: DiskError.noFolder(path: promised.plainPath)) {
      try promised.makeNamedFolder()
    }
    #expect(
      "\(try #require(error))" == "cannot write into \(promised.plainPath): there is no such folder"
    )
    #expect(scratch.names == ["new"])
  }

  @Test func aFolderIsMadeWithThoseAboveIt() throws {
    let scratch = try #require(scratch)
    try scratch.url("a/b").makeFolder()
    #expect(scratch.url("a/b").isFolder)
    try Data().write(to: scratch.url("file"))
    let error = #expect(throws: DiskError.self) { try scratch.url("file/b").makeFolder() }
    #expect(
      "\(try #require(error))".hasPrefix(
        "cannot make the folder \(scratch.url("file/b").plainPath): "))
  }

  @Test func aLinkIsFollowedAndADeviceIsNotReplaced() throws {
    let scratch = try #require(scratch)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.url("link").plainPath, withDestinationPath: "real")
    #expect(try scratch.url("link").linksFollowed().plainPath == scratch.url("real").plainPath)
    #expect(throws: DiskError.cannotWrite(path: "/dev/null", cause: "it is no plain file")) {
      try URL(named: "/dev/null").linksFollowed()
    }
    #expect(throws: DiskError.cannotWrite(path: scratch.folder.plainPath, cause: "it is a folder"))
    {
      try scratch.folder.linksFollowed()
    }
  }

  @Test func thereIsSomeRoom() throws {
    let scratch = try #require(scratch)
    #expect(try #require(scratch.folder.freeBytes) > 0)
    #expect(scratch.url("gone").freeBytes == nil)
  }
}

@Suite struct LeftoverTests {
  private let scratch = try? Scratch()

  @Test func aDraftTakesAwayWhatAKilledProcessHasLeft() throws {
    let scratch = try #require(scratch)
    for process in [gone, Int(getpid())] {
      try Data().write(to: scratch.url(".woodshed-\(process)-1.part"))
    }
    try Draft.write(Data("new".utf8), to: scratch.url("file"))
    #expect(scratch.names == [".woodshed-\(getpid())-1.part", "file"])
  }

  @Test func whatIsLeftOverIsKnownByItsProcessOrItsAge() throws {
    let scratch = try #require(scratch)
    #expect(Draft.isLeftover(scratch.url(".woodshed-\(gone)-1.part")))
    #expect(Draft.isLeftover(scratch.url(".woodshed-\(gone)-1.part-journal")))
    #expect(!Draft.isLeftover(scratch.url(".woodshed-\(getpid())-1.part")))
    #expect(!Draft.isLeftover(scratch.url("take.mid")))
    let other = scratch.url("download.part")
    try Data().write(to: other)
    #expect(!Draft.isLeftover(other))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -3700)], ofItemAtPath: other.plainPath)
    #expect(Draft.isLeftover(other))
    #expect(Draft.isDraft(named: ".woodshed-1-1.part") && Draft.isDraft(named: "x.part"))
    #expect(!Draft.isDraft(named: "x.mid"))
  }

  @Test func aFolderIsThereWholeOrNotAtAll() throws {
    let scratch = try #require(scratch)
    try scratch.url(".restoring-\(gone)-1/deep").makeFolder()
    do {
      let draft = try DraftFolder(for: scratch.url("blues"))
      #expect(scratch.names.count == 1 && scratch.names[0].hasPrefix(".restoring-\(getpid())-"))
      try Data().write(to: draft.url.appending(path: "file"))
    }
    #expect(scratch.names == [])
    let draft = try DraftFolder(for: scratch.url("blues"))
    try Data().write(to: draft.url.appending(path: "file"))
    try draft.keep()
    #expect(scratch.names == ["blues"])
    #expect(scratch.url("blues").fileNames == ["file"])
    // What stands there is not written over.
    let other = try DraftFolder(for: scratch.url("blues"))
    #expect(
      throws: DiskError.cannotWrite(
        path: scratch.url("blues").plainPath, cause: DiskError.cause(of: ENOTEMPTY))
    ) { try other.keep() }
  }
}
