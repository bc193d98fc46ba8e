public import Foundation
import Glibc

/// The process that holds a lock.
public struct LockHolder: Hashable, Sendable {
  /// Its command, in a word or two: "sqlite3".
  public var command: String
  /// Its number.
  public var process: Int32
  /// When it was started.
  public var since: Date?

  /// The kind of a lock.
  public enum Kind: String, Sendable {
    /// flock(2), of a whole file.
    case whole = "FLOCK"
    /// fcntl(2), of bytes of a file.
    case bytes = "POSIX"
  }

  /// The process that holds a write lock on `bytes` of a file; `nil` if there is none, if it is this process
  /// itself, or if it cannot be found out.
  ///
  /// Source: proc_locks(5).
  public init?(of file: URL, _ kind: Kind, bytes: ClosedRange<Int64> = 0...0) {
    var status = stat()
    guard unsafe stat(file.systemPath, &status) == 0,
      let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
    else { return nil }
    // 1: POSIX  ADVISORY  WRITE 22918 fe:00:16220163 120 120; a waiting process has -> after 1:
    for line in locks.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 8, words[1] == kind.rawValue, words[3] == "WRITE",
        let process = Int32(words[4]), process > 0, process != getpid(),
        words[5] == status.lockName, let first = Int64(words[6]),
        bytes.overlaps(first...max(first, Int64(words[7]) ?? .max))
      else { continue }
      self.init(process: process)
      return
    }
    return nil
  }

  /// Source: proc_pid_cmdline(5), proc_pid_stat(5).
  private init(process: Int32) {
    self.process = process
    let folder = URL(filePath: "/proc/\(process)")
    let words = Self.text(folder.appending(path: "cmdline")).split(separator: "\0")
    let program = words.first.map { URL(filePath: String($0)).lastPathComponent }
    command = program ?? "another program"
    if command == "woodshed", words.count > 1 { command += " \(words[1])" }
    // The name in parentheses may contain anything; the 20th field after it is the start in clock ticks.
    let fields = Self.text(folder.appending(path: "stat")).split(separator: ")").last?
      .split(separator: " ")
    let boot = Self.text(URL(filePath: "/proc/stat")).split(separator: "\n")
      .first { $0.hasPrefix("btime ") }?.dropFirst(6)
    if let fields, fields.count > 19, let ticks = Double(fields[19]), let boot,
      let booted = Double(boot)
    {
      since = Date(timeIntervalSince1970: booted + ticks / Double(sysconf(Int32(_SC_CLK_TCK))))
    }
  }

  private static func text(_ file: URL) -> String {
    // Read to the end without asking for the size, which is 0 for files in /proc.
    guard let handle = try? FileHandle(forReadingFrom: file), let data = try? handle.readToEnd()
    else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension LockHolder: CustomStringConvertible {
  /// "sqlite3 (process 4711, since 14:02)".
  public var description: String {
    guard let since else { return "\(command) (process \(process))" }
    let isToday = Calendar.current.isDateInToday(since)
    let day =
      isToday
      ? "" : since.formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day()) + " "
    return "\(command) (process \(process), since \(day)\(Self.hour(of: since)))"
  }

  private static func hour(of date: Date) -> String {
    date.formatted(
      Date.VerbatimFormatStyle(
        format: """
          \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)
          """, timeZone: .current, calendar: Calendar(identifier: .gregorian)))
  }
}

extension stat {
  /// The file as /proc/locks names it: device and inode.
  ///
  /// Source: glibc's `bits/sysmacros.h`, which are macros.
  fileprivate var lockName: String {
    func hexadecimal(_ number: UInt64) -> String {
      (number < 16 ? "0" : "") + String(number, radix: 16)
    }
    let major = st_dev >> 8 & 0xFFF | st_dev >> 32 & ~0xFFF
    let minor = st_dev & 0xFF | st_dev >> 12 & ~0xFF
    return "\(hexadecimal(UInt64(major))):\(hexadecimal(UInt64(minor))):\(st_ino)"
  }
}
