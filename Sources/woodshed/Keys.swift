import Dispatch
import Foundation

/// Keys of the terminal, one by one, while it lives; without a terminal, no keys.
final class Keys {
  enum Key: Sendable {
    case space, enter, left, right, plus, minus, quit
  }

  private let source: (any DispatchSourceRead)?
  private let before: String?

  init(_ handler: @escaping @Sendable (Key) -> Void) {
    // Where the terminal's job is in the background, reading it would stop the process.
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp() else {
      source = nil
      before = nil
      return
    }
    before = Self.terminal(["-g"])
    _ = Self.terminal(["-icanon", "-echo"])
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
    source.setEventHandler {
      let bytes = [UInt8](FileHandle.standardInput.availableData)
      if bytes.isEmpty { source.cancel() }
      for key in Self.keys(in: bytes) { handler(key) }
    }
    source.resume()
    self.source = source
  }

  /// Leaves the terminal as it was.
  func stop() {
    source?.cancel()
    if let before { _ = Self.terminal([before]) }
  }

  /// The keys that a terminal's bytes stand for; others are passed over.
  static func keys(in bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: " "): keys.append(.space)
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): keys.append(.enter)
      case UInt8(ascii: "+"), UInt8(ascii: "="): keys.append(.plus)
      case UInt8(ascii: "-"): keys.append(.minus)
      case UInt8(ascii: "q"): keys.append(.quit)
      case 0x1B where rest.starts(with: Array("[C".utf8)):
        keys.append(.right)
        rest = rest.dropFirst(2)
      case 0x1B where rest.starts(with: Array("[D".utf8)):
        keys.append(.left)
        rest = rest.dropFirst(2)
      default: break
      }
    }
    return keys
  }

  /// What `stty` says to `arguments`, nil when it refuses.
  private static func terminal(_ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/stty")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardInput = FileHandle.standardInput
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0
      ? String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines) : nil
  }
}
