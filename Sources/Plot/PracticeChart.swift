/// A chart of practice: a calendar, and the minutes of each day.
public struct PracticeChart: Sendable {
  /// One day.
  public struct Day: Hashable, Sendable {
    /// Its date: "2026-11-25".
    public var name: String
    /// The first three letters of its month, on the first day of a month; else nil.
    public var month: String?
    /// Minutes of playing.
    public var minutes: Double

    /// A day.
    public init(name: String, month: String? = nil, minutes: Double) {
      self.name = name
      self.month = month
      self.minutes = minutes
    }
  }

  /// Consecutive days; the first is a Monday.
  public var days: [Day]

  /// Minutes of playing dated in the future, which are not in `days`.
  public var futureMinutes: Double

  /// Minutes of playing dated before the first day.
  public var earlierMinutes: Double

  /// Whether ``totals`` stand below the days; a page may say them itself.
  public var showsTotals = true

  /// A chart of days, and of the minutes dated outside them.
  public init(days: [Day], futureMinutes: Double = 0, earlierMinutes: Double = 0) {
    self.days = days
    self.futureMinutes = futureMinutes
    self.earlierMinutes = earlierMinutes
  }

  /// The picture, 800 pixels wide.
  public var picture: Picture {
    var drawing = Drawing(
      title: "Practice: minutes a day", description: summary, width: 800,
      height: notShown == nil ? 368 : 388)
    drawing.text("Practice, minutes a day", "head", x: 46, y: 20)
    let weeks = max(1, (days.count + 6) / 7)
    let cell = min(28, 738 / Double(weeks))
    let most = max(1, days.map(\.minutes).max() ?? 1)
    let minutes = Scale(0, most, from: 316, to: 212)
    for (row, name) in ["Mon", "", "Wed", "", "Fri", "", "Sun"].enumerated() {
      drawing.text(
        name, "small faint", x: 40, y: 50 + Double(row) * 20 + 13, anchor: .end)
    }
    let ticks = minutes.ticks(about: 4)
    for tick in ticks {
      drawing.line(
        "line", from: (46, minutes(tick)), to: (46 + Double(weeks) * cell, minutes(tick)))
      drawing.text(
        Scale.label(tick, among: ticks), "small faint", x: 40, y: minutes(tick) + 4, anchor: .end)
    }
    for (index, day) in days.enumerated() {
      let (week, weekday) = (Double(index / 7), Double(index % 7))
      let hint = "\(day.name): \(Scale.fixed(day.minutes, decimals: 0)) min"
      drawing.rectangle(
        Palette.day(share: day.minutes / most), x: 46 + week * cell + 1, y: 50 + weekday * 20 + 1,
        width: cell - 2, height: 18, corner: 2, hint: hint)
      if day.minutes > 0 {
        drawing.rectangle(
          "fill0", x: 46 + (week + weekday / 7) * cell, y: minutes(day.minutes),
          width: max(1, cell / 7 - 0.4), height: minutes(0) - minutes(day.minutes), hint: hint)
      }
      if let month = day.month {
        drawing.text(month, "small faint", x: 46 + week * cell, y: 44)
        drawing.text(month, "small faint", x: 46 + week * cell, y: 332)
      }
    }
    drawing.line("axis", from: (46, minutes(0)), to: (46 + Double(weeks) * cell, minutes(0)))
    drawing.text("min", "small faint", x: 40, y: 202, anchor: .end)
    drawScale(in: &drawing, most: most)
    if showsTotals { drawing.text(totals, "small", x: 46, y: 356) }
    if let notShown { drawing.text(notShown, "small", x: 46, y: 376) }
    return drawing.picture
  }

  private func drawScale(in drawing: inout Drawing, most: Double) {
    var x = 784.0
    let loudest = "\(Scale.fixed(most, decimals: 0)) min"
    drawing.text(loudest, "small faint", x: x, y: 20, anchor: .end)
    x -= Double(loudest.count) * 6.4 + 8 + 8 * 12
    drawing.rectangle("empty", x: x, y: 10, width: 11, height: 11, corner: 2)
    for step in 1..<Palette.steps {
      drawing.rectangle(
        "own\(step)", x: x + Double(step) * 12, y: 10, width: 11, height: 11, corner: 2)
    }
    drawing.text("none", "small faint", x: x - 6, y: 20, anchor: .end)
  }

  /// The total, this week's minutes, and the streaks.
  public var totals: String {
    var streak = 0
    var longest = 0
    // Today is not over, so it does not end a streak if there was no playing yet.
    for day in days.last?.minutes == 0 ? days.dropLast() : days[...] {
      streak = day.minutes > 0 ? streak + 1 : 0
      longest = max(longest, streak)
    }
    guard longest > 0 else { return "No playing yet." }
    let played = days.count { $0.minutes > 0 }
    func minutes(_ days: some Sequence<Day>) -> String {
      "\(Scale.fixed(days.reduce(0) { $0 + $1.minutes }, decimals: 0)) min"
    }
    func count(_ days: Int) -> String { "\(days) day\(days == 1 ? "" : "s")" }
    let week = days.suffix(1 + (days.count - 1) % 7)
    return "\(minutes(days)) on \(count(played)) · this week \(minutes(week)) · in a row now "
      + "\(count(streak)), at most \(count(longest))"
  }

  /// A note on playing dated outside the days, by a file with a wrong date or a clock that was wrong.
  private var notShown: String? {
    var parts: [String] = []
    func add(_ minutes: Double, _ when: String) {
      guard minutes > 0 else { return }
      parts.append("\(Scale.fixed(max(1, minutes), decimals: 0)) min dated \(when)")
    }
    add(futureMinutes, "in the future: a clock or a file's date is wrong")
    add(earlierMinutes, "before \(days.first?.name ?? "the first day")")
    return parts.isEmpty ? nil : "Not shown: " + parts.joined(separator: "; ")
  }

  private var summary: String {
    [counted, notShown.map { $0 + "." }].compactMap(\.self).joined(separator: " ")
  }

  private var counted: String {
    let played = days.filter { $0.minutes > 0 }
    let total = played.reduce(0) { $0 + $1.minutes }
    guard let best = played.max(by: { $0.minutes < $1.minutes }) else { return "No playing yet." }
    return
      "\(Scale.fixed(total, decimals: 0)) minutes on \(played.count) day\(played.count == 1 ? "" : "s"); most on "
      + "\(best.name), \(Scale.fixed(best.minutes, decimals: 0)) minutes."
  }
}
