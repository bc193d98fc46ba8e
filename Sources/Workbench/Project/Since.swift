public import Foundation

/// Since when, as a person says it: a day, or how long ago.
public enum Since: Hashable, Sendable {
  /// The beginning of a day, where the musician is.
  case day(year: Int, month: Int, day: Int)
  /// So many days of 24 hours ago.
  case days(Int)

  /// More days than anybody has practised: a century's.
  private static let mostDays = 36_525

  /// Reads "2026-11-01", "today", "yesterday", "7d" or "2w"; `nil` when it is none of these, or no day of the calendar.
  public init?(_ text: String, now: Date = Date()) {
    if let ago = ["today": 0, "yesterday": -1][text] {
      guard let date = Self.calendar.date(byAdding: .day, value: ago, to: now) else { return nil }
      let parts = Self.calendar.dateComponents([.year, .month, .day], from: date)
      self = .day(year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1)
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 3 {
      guard parts.map(\.count) == [4, 2, 2], let year = Self.number(parts[0]),
        let month = Self.number(parts[1]), let day = Self.number(parts[2]), year > 0,
        DateComponents(calendar: Self.calendar, year: year, month: month, day: day).isValidDate
      else { return nil }
      self = .day(year: year, month: month, day: day)
      return
    }
    guard let unit = text.last, let days = ["d": 1, "w": 7][unit],
      let count = Self.number(text.dropLast()), 1...(Self.mostDays / days) ~= count
    else { return nil }
    self = .days(count * days)
  }

  /// The moment.
  public func date(now: Date = Date()) -> Date {
    switch self {
    case .day(let year, let month, let day):
      DateComponents(calendar: Self.calendar, year: year, month: month, day: day).date ?? now
    case .days(let days): now.addingTimeInterval(-86_400 * Double(days))
    }
  }

  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    return calendar
  }

  /// A number of digits alone.
  private static func number(_ text: Substring) -> Int? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }
}
