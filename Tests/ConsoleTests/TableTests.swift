import Terminal
import Testing

@testable import Console

@Suite struct TableTests {
  private let table = Table(columns: [
    .init(gap: 0, width: 4, isRight: true), .init(width: 5), .init(gap: 1, width: 3, isRight: true),
  ])

  @Test(arguments: [
    (["1", "ab", "9"], "   1  ab      9"),
    (["12345", "abcdef", "1234"], "12345  abcdef 1234"),
    (["1", "ab"], "   1  ab"),
    (["1", "", ""], "   1"),
    ([], ""),
  ])
  func cellsStandInTheirColumns(cells: [String], line: String) {
    #expect(table.line(cells) == line)
  }

  @Test func aTableIsAsWideAsItsWidestCells() {
    let rows = [["1", "abcdefg", "x"], ["12345", "", "y"]]
    #expect(
      rows.map(table.fitted(to: rows).line) == ["    1  abcdefg   x", "12345            y"])
  }

  @Test func colouredCellsStandInTheSamePlaces() {
    let cells = ["1", "ab", "9"]
    let line = table.line(cells.map { Line($0, .bold) })
    #expect(line.text == table.line(cells))
    #expect(line.filter { $0.look == .bold }.count == 4)
  }

  @Test func factsAreIndented() {
    #expect(Table.facts(width: 6).line(["from", "a file"]) == "  from   a file")
  }
}
