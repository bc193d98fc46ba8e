import Foundation
import Library
import Plot

extension Project {
  /// The longest time that the calendar shows, in weeks.
  private static let mostWeeks = 53
  /// The shortest time that the calendar shows, in weeks.
  private static let fewestWeeks = 26

  /// Draws how many minutes were played on each day.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`.
  public func plotPractice(_ request: PictureRequest) throws -> PictureReport {
    try writePicture(practiceChart(until: Date()).picture, as: "practice", request)
  }

  func practiceChart(until today: Date, calendar: Calendar = .current) throws -> PracticeChart {
    let takes = try library.takes(matching: TakeQuery(origin: .played))
    let playing = try library.playing(origin: .played)
    // A clock may be, or have been, wrong by hours; takes dated further ahead count for no day.
    let tomorrow = today.addingTimeInterval(86_400)
    var futureMinutes = 0.0
    var minutes: [Date: Double] = [:]
    // The day of the previous take, which most takes share.
    var thatDay = Date.distantPast..<Date.distantPast
    for take in takes {
      guard take.startedAt <= tomorrow else {
        futureMinutes += Double(playing[take.number] ?? take.nanoseconds) / 60e9
        continue
      }
      if !thatDay.contains(take.startedAt),
        let interval = calendar.dateInterval(of: .day, for: take.startedAt)
      {
        thatDay = interval.start..<interval.end
      }
      minutes[thatDay.lowerBound, default: 0] +=
        Double(playing[take.number] ?? 0) / 60e9
    }
    let last = max(calendar.startOfDay(for: today), minutes.keys.max() ?? .distantPast)
    func monday(of day: Date) -> Date {
      // 1 is Sunday.
      let back = (calendar.component(.weekday, from: day) + 5) % 7
      return calendar.date(byAdding: .day, value: -back, to: day) ?? day
    }
    func weeks(back count: Int) -> Date {
      calendar.date(byAdding: .day, value: -7 * (count - 1), to: monday(of: last)) ?? last
    }
    let wanted = min(minutes.keys.min().map(monday) ?? last, weeks(back: Self.fewestWeeks))
    var day = max(wanted, weeks(back: Self.mostWeeks))
    let earlierMinutes = minutes.filter { $0.key < day }.values.reduce(0, +)
    var days: [PracticeChart.Day] = []
    while day <= last {
      let date = calendar.dateComponents([.year, .month, .day], from: day)
      let (year, month, number) = (date.year ?? 0, date.month ?? 1, date.day ?? 1)
      func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
      days.append(
        PracticeChart.Day(
          name: "\(year)-\(two(month))-\(two(number))",
          month: number == 1 ? Self.months[month - 1] : nil,
          minutes: minutes[day] ?? 0))
      guard let next = calendar.date(byAdding: .day, value: 1, to: day) else { break }
      day = calendar.startOfDay(for: next)
    }
    return PracticeChart(
      days: days, futureMinutes: futureMinutes, earlierMinutes: earlierMinutes)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
