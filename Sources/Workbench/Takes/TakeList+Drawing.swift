import Foundation
import Library
public import Terminal

extension TakeList: Drawable {
  /// How many parts of a take its shape has; each stands for one character or is joined with others.
  static let parts = 48

  /// A table as wide as the page, in which each take has its shape: notes a second as the bars'
  /// heights, velocity as their colours.
  public func drawing(on page: Page) -> [Line] {
    guard !takes.isEmpty else { return [Line(totals)] }
    var columns = [
      Column("take", isRight: true) { "\($0.number)" },
      Column("shape") { _ in "" },
      Column("length", isRight: true) { Clock.text(seconds: $0.seconds) },
      Column("notes", isRight: true) { "\($0.notes)" },
      Column("origin") { $0.origin.rawValue },
      Column("") { $0.standing },
    ]
    if page.columns >= 76 { columns.append(Column("day") { Self.day($0.startedAt) }) }
    columns.append(Column("from") { $0.source.printable })

    let width = min(Self.parts, max(8, page.columns / 4))
    let tallest = tallest(width: width)
    var widths = columns.map { column in
      max(column.name.count, takes.map { column.text($0).count }.max() ?? 0)
    }
    widths[1] = width
    func row(_ cells: [Line]) -> Line {
      let line = zip(cells, zip(columns, widths)).flatMap { cell, place in
        let (column, width) = place
        let blank = Array(repeating: Cell.blank, count: max(0, width - cell.count))
        return (column.isRight ? blank + cell : cell + blank) + [.blank, .blank]
      }
      var end = line
      while end.last == .blank { end.removeLast() }
      return end.cut(to: page.columns)
    }
    let head = row(columns.map { Line($0.name, .faint) })
    let rows = takes.map { take in
      row(
        columns.enumerated().map { index, column in
          index == 1
            ? shape(of: take, width: width, tallest: tallest, page.ink) : Line(column.text(take))
        })
    }
    return [head] + rows + [Line(totals, .faint)]
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

  /// The notes a second that the highest bar stands for: the most of any take here.
  private func tallest(width: Int) -> Double {
    takes.flatMap { take in
      shapes[take.number].map { $0.densities(width: width, seconds: take.seconds) } ?? []
    }.max() ?? 1
  }

  private func shape(of take: TakeLine, width: Int, tallest: Double, _ ink: Ink) -> Line {
    guard let shape = shapes[take.number] else { return [] }
    let densities = shape.densities(width: width, seconds: take.seconds)
    let velocities = shape.velocities(width: width)
    // A part without a note is a blank, which no bar is.
    let bars = Sparkline.text(
      densities.map { $0 > 0 ? $0 : .nan }, in: 0...max(tallest, 1e-9), ink: ink)
    return zip(bars, velocities).map { Cell($0, .velocity($1)) }
  }
}

extension TakeShape {
  /// Notes a second in `width` parts of a take, no more than the shape has.
  func densities(width: Int, seconds: Double) -> [Double] {
    joined(width: width) { part in
      Double(counts[part].reduce(0, +)) / max(0.001, seconds * Double(part.count))
        * Double(counts.count)
    }
  }

  /// The mean velocity in `width` parts of a take.
  func velocities(width: Int) -> [UInt8] {
    joined(width: width) { part in
      let notes = counts[part].reduce(0, +)
      guard notes > 0 else { return 0 }
      let sum = part.reduce(0.0) { $0 + velocities[$1] * Double(counts[$1]) }
      return UInt8(max(0, min(127, (sum / Double(notes)).rounded())))
    }
  }

  private func joined<Value>(width: Int, _ value: (Range<Int>) -> Value) -> [Value] {
    let width = max(1, min(width, counts.count))
    return (0..<width).map { index in
      value((counts.count * index / width)..<(counts.count * (index + 1) / width))
    }
  }
}
