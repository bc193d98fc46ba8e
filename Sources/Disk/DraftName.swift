package import Foundation
import Glibc

/// The temporary name of a file or folder: it contains the number of its process, so that leftovers of a
/// killed process can be recognised.
struct DraftName {
  /// Files.
  static let file = DraftName(prefix: ".woodshed-", suffix: ".part")
  /// Folders.
  static let folder = DraftName(prefix: ".restoring-", suffix: "")

  let prefix: String
  let suffix: String

  /// A new unique name for this process.
  func fresh() -> String {
    "\(prefix)\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16))\(suffix)"
  }

  /// The process in a name; `nil` for any other name.
  func process(of name: String) -> pid_t? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix),
      let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), process > 0
    else { return nil }
    return process
  }

  /// Whether a name is that of a process that no longer exists.
  func isLeftover(_ name: String) -> Bool { process(of: name).map(Self.isGone) ?? false }

  /// The leftovers in a folder of processes that no longer exist.
  func leftovers(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.systemPath)) ?? []
    return names.filter(isLeftover).map { folder.appending(path: $0) }
  }

  /// Whether a process does not exist.
  ///
  /// Source: kill(2); signal 0 only checks for existence.
  static func isGone(_ process: pid_t) -> Bool { kill(process, 0) != 0 && errno == ESRCH }
}

extension Draft {
  /// The suffixes that SQLite appends to a draft's name for files beside it.
  package static let companionSuffixes = ["-journal", "-wal", "-shm"]

  /// Whether a file name is that of a draft, in use or left over.
  package static func isDraft(named name: String) -> Bool {
    name.hasPrefix(DraftName.file.prefix) || name.hasSuffix(DraftName.file.suffix)
  }

  /// Whether a file is a draft of a process that no longer exists, or a companion of such a draft.
  ///
  /// A draft without a process in its name is a leftover if it was not written to for an hour.
  package static func isLeftover(_ file: URL) -> Bool {
    let kind = DraftName.file
    var name = file.lastPathComponent
    for end in companionSuffixes where name.hasSuffix(kind.suffix + end) {
      name.removeLast(end.count)
    }
    guard name.hasSuffix(kind.suffix) else { return false }
    if let process = kind.process(of: name) { return DraftName.isGone(process) }
    let written = try? file.resourceValues(forKeys: [.contentModificationDateKey])
    return written?.contentModificationDate.map { $0 < Date(timeIntervalSinceNow: -3600) } ?? false
  }
}
