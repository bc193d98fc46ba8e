import Terminal

/// Columns that cells of text are put into, each row by itself.
///
/// A cell that is wider than its column pushes what comes after it, and what ends in blanks is cut there.
struct Table {
  /// One column.
  struct Column {
    /// Blanks before it.
    var gap = 2
    /// Characters at least.
    var width = 0
    /// Whether cells stand at its right edge.
    var isRight = false
  }

  /// From left to right.
  var columns: [Column]

  /// A row of as many cells as there are columns, or fewer.
  func line(_ cells: [String]) -> String { joined(cells, blank: " ") }

  /// A row whose cells have colours.
  func line(_ cells: [Line]) -> Line { joined(cells, blank: .blank) }

  private func joined<Text: RangeReplaceableCollection & BidirectionalCollection>(
    _ cells: [Text], blank: Text.Element
  ) -> Text where Text.Element: Equatable {
    var row = Text()
    for (cell, column) in zip(cells, columns) {
      let padding = repeatElement(blank, count: max(0, column.width - cell.count))
      row.append(contentsOf: repeatElement(blank, count: column.gap))
      if column.isRight { row.append(contentsOf: padding) }
      row.append(contentsOf: cell)
      if !column.isRight { row.append(contentsOf: padding) }
    }
    while row.last == blank { row.removeLast() }
    return row
  }

  /// The table with every column as wide as the widest of its cells, if it was narrower.
  func fitted(to rows: [[String]]) -> Table {
    var table = self
    for row in rows {
      for (index, cell) in row.enumerated() where index < columns.count {
        table.columns[index].width = max(table.columns[index].width, cell.count)
      }
    }
    return table
  }

  /// A word and what there is to say of it, indented by two blanks; `width` is the word's.
  static func facts(width: Int) -> Table {
    Table(columns: [Column(gap: 2, width: width), Column(gap: 1)])
  }
}
