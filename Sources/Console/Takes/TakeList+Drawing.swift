public import Terminal
package import Workbench

extension TakeList: Drawable {
  /// A table as wide as the page. Each take has its shape in bars: their heights are notes per second, their
  /// colours velocities.
  package func drawing(on page: Page) -> [Line] {
    guard !takes.isEmpty else { return [Line(totals)] }
    var columns = [
      Column("take", isRight: true) { "\($0.number)" },
      Column("shape") { _ in "" },
      Column("length", isRight: true) { Readable.text(seconds: $0.seconds) },
      Column("notes", isRight: true) { "\($0.notes)" },
      Column("origin") { $0.origin.rawValue },
      Column("") { $0.standing },
    ]
    if page.columns >= 76 { columns.append(Column("day") { Self.day($0.startedAt) }) }
    columns.append(Column("from") { $0.source })

    let width = min(Self.parts, max(8, page.columns / 4))
    let tallest = tallest(width: width)
    let head = columns.map(\.name)
    let rows = takes.map { take in columns.map { $0.text(take) } }
    var table = Table(
      columns: columns.enumerated().map { index, column in
        .init(gap: index == 0 ? 0 : 2, isRight: column.isRight)
      }
    ).fitted(to: [head] + rows)
    table.columns[1].width = width
    let drawn = zip(takes, rows).map { take, row in
      var cells = row.map { Line($0) }
      cells[1] = shape(of: take, width: width, tallest: tallest, page.ink)
      return table.line(cells).cut(to: page.columns)
    }
    return [table.line(head.map { Line($0, .faint) }).cut(to: page.columns)] + drawn
      + [Line(totals, .faint)]
  }

  private struct Column {
    var name: String
    var isRight = false
    var text: (TakeLine) -> String

    init(_ name: String, isRight: Bool = false, _ text: @escaping (TakeLine) -> String) {
      self.name = name
      self.isRight = isRight
      self.text = text
    }
  }

  /// The notes per second of the highest bar: the maximum over all takes of the list.
  private func tallest(width: Int) -> Double {
    takes.flatMap { densities(of: $0, width: width) }.max() ?? 1
  }

  private func shape(of take: TakeLine, width: Int, tallest: Double, _ ink: Ink) -> Line {
    // NaN is drawn as a blank, unlike 0, for a part without notes.
    let bars = Sparkline.text(
      densities(of: take, width: width).map { $0 > 0 ? $0 : .nan }, in: 0...max(tallest, 1e-9),
      ink: ink)
    return zip(bars, velocities(of: take, width: width)).map { Cell($0, .velocity($1)) }
  }
}
