package import Foundation
import Glibc

/// What a file or folder is called while it is made: the name says which process makes it, so that
/// what a killed one has left is known.
struct DraftName {
  /// Files.
  static let file = DraftName(prefix: ".woodshed-", suffix: ".part")
  /// Folders.
  static let folder = DraftName(prefix: ".restoring-", suffix: "")

  let prefix: String
  let suffix: String

  /// One that nothing has yet, for this process.
  func fresh() -> String {
    "\(prefix)\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16))\(suffix)"
  }

  /// The process that a name is of; `nil` for any other name.
  func process(of name: String) -> pid_t? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix),
      let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), process > 0
    else { return nil }
    return process
  }

  /// Whether a name is of a process that is gone.
  func isLeftover(_ name: String) -> Bool { process(of: name).map(Self.isGone) ?? false }

  /// What processes that are gone have left in a folder.
  func leftovers(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.systemPath)) ?? []
    return names.filter(isLeftover).map { folder.appending(path: $0) }
  }

  /// Source: kill(2); the signal 0 asks whether there is such a process.
  static func isGone(_ process: pid_t) -> Bool { kill(process, 0) != 0 && errno == ESRCH }
}

extension Draft {
  /// The ends of what SQLite puts beside a draft that it fills; the rest of the names is the draft's.
  package static let companionSuffixes = ["-journal", "-wal", "-shm"]

  /// Whether a file of this name is a draft, somebody's work or left over.
  package static func isDraft(named name: String) -> Bool {
    name.hasPrefix(DraftName.file.prefix) || name.hasSuffix(DraftName.file.suffix)
  }

  /// Whether a file is a draft whose process is gone, or stands beside one.
  ///
  /// A draft whose name says no process is left over when nothing was written to it for an hour.
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
