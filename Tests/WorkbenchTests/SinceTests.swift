import Foundation
import Testing

@testable import Workbench

@Suite struct SinceTests {
  @Test(
    arguments: [
      ("2026-11-01", .day(year: 2026, month: 11, day: 1)), ("7d", .days(7)), ("2w", .days(14)),
      ("2028-02-29", .day(year: 2028, month: 2, day: 29)), ("2026-02-29", nil), ("0d", nil),
      ("2026-1-1", nil), ("-7d", nil), ("7", nil), ("d", nil), ("", nil),
      ("99999999999999999999d", nil),
      ("2026-11-01-", nil), ("36525d", .days(36_525)), ("36526d", nil),
    ] as [(String, Since?)])
  func daysAreRead(text: String, since: Since?) {
    #expect(Since(text) == since)
  }

  @Test func todayAndYesterdayAreDays() throws {
    let now = try #require(Since("2026-03-01")).date().addingTimeInterval(3600)
    #expect(Since("today", now: now) == .day(year: 2026, month: 3, day: 1))
    #expect(Since("yesterday", now: now) == .day(year: 2026, month: 2, day: 28))
  }

  @Test func aDayBeginsAtMidnightAndDaysAreCountedBack() throws {
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    #expect(Since.days(2).date(now: now) == Date(timeIntervalSince1970: 1_700_000_000 - 172_800))
    let day = Since.day(year: 2026, month: 11, day: 1).date(now: now)
    #expect(Readable.moment(day) == "2026-11-01 00:00:00")
  }
}
