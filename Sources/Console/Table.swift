import Terminal

/// A layout of columns, by which rows of cells become lines of text.
///
/// A cell that is wider than its column pushes those after it to the right; trailing blanks are removed.
struct Table {
  /// One column.
  struct Column {
    /// The number of blanks before it.
    var gap = 2
    /// The minimum width, in characters.
    var width = 0
    /// Whether cells are aligned right.
    var isRight = false
  }

  /// The columns, from left to right.
  var columns: [Column]

  /// A row of text cells; there may be fewer cells than columns.
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

  /// A layout of two columns, a label and its text, indented by two blanks; `width` is that of the label.
  static func facts(width: Int) -> Table {
    Table(columns: [Column(gap: 2, width: width), Column(gap: 1)])
  }
}
