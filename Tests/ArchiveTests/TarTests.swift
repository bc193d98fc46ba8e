import Archive
import Foundation
import Testing

/// Archives as woodshed writes them, and as a stranger might.
@Suite struct TarTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "tar-\(UUID())")
  private var file: URL { folder.appending(path: "a.tar") }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// What an archive holds, or the sentence that refuses it.
  private func read() -> Result<[String: [UInt8]], ArchiveError> {
    Result { () throws(ArchiveError) in
      do {
        var files: [String: [UInt8]] = [:]
        let reader = try TarReader(file)
        while let entry = try reader.next() {
          files[entry.name] = try reader.content(of: entry, limit: 1 << 20)
        }
        return files
      } catch let error as ArchiveError {
        throw error
      } catch {
        throw .unreadable(path: file.path, cause: "\(error)")
      }
    }
  }

  private func write(_ files: [(String, [UInt8])]) throws {
    let writer = try TarWriter(creating: file)
    for (name, content) in files {
      try writer.add(name, content, modified: Date(timeIntervalSince1970: 1))
    }
    try writer.finish()
  }

  @Test func whatIsWrittenIsRead() throws {
    let files: [(String, [UInt8])] = [
      ("blues/none", []), ("blues/one", [7]), ("blues/block", Array(repeating: 1, count: 512)),
      ("blues/models/more", (0..<1300).map { UInt8(truncatingIfNeeded: $0) }),
      ("Süße Träume/ä", [1, 2, 3]),
    ]
    try write(files)
    #expect(try read().get() == Dictionary(uniqueKeysWithValues: files))
    try #require(TarReader(file).size % 512 == 0)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func anyTarOpensIt() throws {
    try write([("blues/a", [65, 10]), ("blues/models/b", [66])])
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tar", "-C", folder.path, "-xf", file.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try Data(contentsOf: folder.appending(path: "blues/a")) == Data([65, 10]))
    #expect(try Data(contentsOf: folder.appending(path: "blues/models/b")) == Data([66]))
  }

  @Test func nothingIsWrittenOver() throws {
    try Data([1]).write(to: file)
    #expect(throws: ArchiveError.self) { try TarWriter(creating: file) }
    let link = folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.appending(path: "elsewhere"))
    #expect(throws: ArchiveError.self) { try TarWriter(creating: link) }
  }

  @Test(arguments: [
    "../x", "/etc/x", "a/../x", "a//x", "./x", "a/", "", "a\u{1B}[2Jx", "a\nx", "a\\x", "..",
    String(repeating: "x", count: 101),
  ])
  func namesThatLeadElsewhereAreNotWritten(name: String) throws {
    let writer = try TarWriter(creating: file)
    #expect(throws: ArchiveError.self) { try writer.add(name, [1]) }
  }

  /// A header of 512 bytes by hand, with its sum put right.
  private static func header(
    _ name: String, size: String = "00000000001", kind: Character = "0", link: String = "",
    prefix: String = "", magic: String = "ustar\u{0}00"
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte }
    }
    put(name, 0)
    put(size, 124)
    put("00000000000", 136)
    put(String(kind), 156)
    put(link, 157)
    put(magic, 257)
    put(prefix, 345)
    put("        ", 148)
    let sum = bytes.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    put(String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} ", 148)
    return bytes
  }

  private static let content: [UInt8] = [65] + Array(repeating: 0, count: 511)
  private static let end = [UInt8](repeating: 0, count: 1024)

  /// What a stranger may put into an archive, and a word of the sentence that refuses it.
  @Test(arguments: [
    (header("../../.bashrc") + content + end, "leads out"),
    (header("/etc/cron.d/x") + content + end, "leads out"),
    (header("a/../../x") + content + end, "leads out"),
    (header("x", prefix: "../..") + content + end, "goes on elsewhere"),
    (header("x", kind: "2", link: "/etc/passwd") + end, "not a plain file"),
    (header("x", kind: "1", link: "/etc/passwd") + end, "not a plain file"),
    (header("x", kind: "3") + end, "not a plain file"),
    (header("x", kind: "4") + end, "not a plain file"),
    (header("x", kind: "5") + end, "not a plain file"),
    (header("x", kind: "6") + end, "not a plain file"),
    (header("x", kind: "L") + content + end, "not a plain file"),
    (header("x", kind: "x") + content + end, "not a plain file"),
    (header("x", link: "/etc/passwd") + content + end, "is a link"),
    (header("x\u{1B}]0;gone\u{07}") + content + end, "characters that no file"),
    (header("x") + content + header("x") + content + end, "there twice"),
    (header("x", size: "77777777777") + content + end, "claims 8589934591 bytes"),
    (header("x", size: "-0000000001") + content + end, "a number in a header is none"),
    (header("x", size: "99999999999") + content + end, "a number in a header is none"),
    (header("x", magic: "ustar  \u{0}") + content + end, "no header of the tar format"),
    (header("x") + content, "ends where more"),
    (header("x") + [65], "ends where more"),
    (header("x") + content + end + [1], "follows the end"),
    ([0x1F, 0x8B, 8, 0], "ends where more"),
    ([], "ends where more"),
    (Array(repeating: 7, count: 2048), "no header of the tar format"),
  ])
  func whatIsNoPlainFileOfThisFolderIsRefused(bytes: [UInt8], because: String) throws {
    try Data(bytes).write(to: file)
    guard case .failure(let error) = read() else {
      Issue.record("it was read")
      return
    }
    #expect(error.description.contains(because), "\(error)")
    #expect(error.description.hasPrefix("cannot "))
  }

  @Test func aChangedByteInAHeaderIsNoticed() throws {
    try write([("blues/a", [65, 10])])
    let bytes = try Data(contentsOf: file)
    for place in 0..<512 {
      var changed = bytes
      changed[place] ^= 0x11
      try changed.write(to: file)
      guard case .failure = read() else {
        Issue.record("byte \(place)")
        continue
      }
    }
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(throws: ArchiveError.self) { try TarReader(folder) }
    #expect(throws: ArchiveError.self) { try TarReader(URL(filePath: "/dev/null")) }
    #expect(throws: ArchiveError.self) { try TarReader(folder.appending(path: "none")) }
  }
}
