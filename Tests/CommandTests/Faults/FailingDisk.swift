import Foundation

@testable import woodshed

/// A disk that fails or a machine that stops, for a program that a test runs; `failing_disk.c` says
/// how.
struct FailingDisk {
  /// What happens to a change.
  enum Fault: String, CaseIterable {
    /// From here on there is no room.
    case full
    /// From here on every change fails.
    case dead
    /// One change fails, and then all is well.
    case hiccup
    /// The program is killed in the middle of it.
    case kill

    /// The number of the failure.
    fileprivate var code: Int32 {
      switch self {
      case .full: ENOSPC
      case .dead, .hiccup: EIO
      case .kill: 0
      }
    }
  }

  /// A change of a file or folder as the disk counts them.
  struct Change: Hashable {
    var number: Int
    /// "pwrite library.sqlite-wal", with names drawn at random made alike.
    var text: String
  }

  /// The folder whose changes are counted.
  let folder: URL

  /// The environment of a program to which `fault` happens at the change `number`.
  func environment(_ fault: Fault, at number: Int) throws -> [String: String] {
    [
      "LD_PRELOAD": try Self.library.get().path(), "FAULT_FOLDER": folder.systemPath,
      "FAULT_AT": "\(number)", "FAULT_ERRNO": "\(fault.code)",
      "FAULT_STAYS": fault == .full || fault == .dead ? "1" : "0",
    ]
  }

  /// The changes that a program makes, in their order.
  func changes(of arguments: [String], in place: URL) throws -> [Change] {
    let list = FileManager.default.temporaryDirectory.appending(path: "changes-\(UUID())")
    defer { try? FileManager.default.removeItem(at: list) }
    var environment = try environment(.full, at: 0)
    environment["FAULT_COUNT"] = list.path()
    let outcome = try Program.run(arguments, in: place, environment: environment)
    guard outcome.status == 0 else { throw Failed(said: outcome.error) }
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let number = Int(words[0]) else { return nil }
      let text = words[1].replacing(folder.systemPath, with: "")
        .replacing(#/woodshed-[0-9]+-[0-9a-f]+/#, with: "draft")
      return Change(number: number, text: text)
    }
  }

  /// The environment of a program whose clock is `seconds` ahead.
  static func clock(ahead seconds: Int) throws -> [String: String] {
    ["LD_PRELOAD": try library.get().path(), "FAULT_CLOCK": "\(seconds)"]
  }

  struct Failed: Error { let said: String }

  /// `failing_disk.c`, built once a run of the tests.
  private static let library = Result<URL, any Error> {
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "failing_disk.c")
    let library = try FaultBench.scratch.appending(path: "failing_disk.so")
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["cc", "-shared", "-fPIC", "-O1", "-o", library.path(), source.path()]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Failed(said: "cc failed") }
    return library
  }
}

extension URL {
  /// The path without percent signs and without a slash at its end.
  var systemPath: String {
    let path = path(percentEncoded: false)
    return path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
