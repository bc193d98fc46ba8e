public import Foundation
import Work

/// Formats lengths of time, dates and numbers for a person.
public enum Readable {
  /// "0:48", "12:05", "2:41:07".
  public static func text(seconds: Double) -> String {
    let whole = Int(nearestTo: seconds)
    let minutes = whole / 60 % 60
    let tail = (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
    guard whole >= 3600 else { return "\(minutes):\(tail)" }
    return "\(whole / 3600):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
  }

  /// "0:48", "12:05", "2:41:07", of a length in nanoseconds.
  public static func text(nanoseconds: Int64) -> String {
    text(seconds: Double(nanoseconds) / 1e9)
  }

  /// "2.7 hours", "24 minutes", "40 seconds": a length in words.
  public static func words(seconds: Double) -> String {
    if seconds < 90 { return count(Int(nearestTo: seconds), "second") }
    if seconds < 5400 { return count(Int(nearestTo: seconds / 60), "minute") }
    return "\((seconds / 360).rounded() / 10) hours"
  }

  /// "2026-11-25", in local time.
  public static func day(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(timeZone: .current).year().month().day().dateSeparator(.dash))
  }

  /// "2026-11-25 21:04:30", in local time.
  public static func moment(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(
        dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon,
        timeZone: .current
      ).year().month().day().time(includingFractionalSeconds: false))
  }

  /// "0.2131", "64.2", "-1250": a number to four digits.
  public static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  /// "1 take", "8 takes".
  public static func count(_ count: Int, _ noun: String) -> String {
    Self.count(count, noun, noun + "s")
  }

  /// "1 pass", "8 passes".
  package static func count(_ count: Int, _ noun: String, _ nouns: String) -> String {
    "\(count) \(count == 1 ? noun : nouns)"
  }

  /// "14.6 MB".
  package static func megabytes(_ bytes: Int) -> String {
    "\((Double(bytes) / 100_000).rounded() / 10) MB"
  }
}
