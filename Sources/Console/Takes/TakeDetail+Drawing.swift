import Foundation
import MIDI
public import Terminal
package import Workbench

extension TakeDetail: Drawable {
  /// The piano roll, as large as fits on the page, above a short table of facts and measures.
  package func drawing(on page: Page) -> [Line] {
    let table = table(on: page)
    let title = Line(self.title, .bold).cut(to: page.columns)
    guard let end = notes.map(\.end).max() else { return [title] + table }
    // One row is left for the shell's prompt, and a roll of fewer than eight rows is of no use.
    let room = page.rows - 1 - PianoRoll.foot - table.count - 1
    let roll = PianoRoll(
      notes: notes, window: 0..<max(1, end),
      columns: max(8, page.columns - PianoRoll.margin), rows: min(32, max(8, room)), ink: page.ink)
    return [title] + roll.framed() + table
  }

  /// Facts at the left and measures at the right, if both fit. Facts wider than half the page, such as a
  /// file's path, come first.
  private func table(on page: Page) -> [Line] {
    let long = facts.filter { $0.count > page.columns / 2 }
    let left = facts.filter { $0.count <= page.columns / 2 }
    let right = measures
    let begin = (left.map(\.count).max() ?? 0) + 1
    // 40 columns: a measure's unit may be cut, but not its number.
    guard begin + 40 <= page.columns else {
      return (facts + measures).map { Line($0).cut(to: page.columns) }
    }
    let pairs = (0..<max(left.count, right.count)).map { row in
      let line =
        Line(row < left.count ? left[row] : "").fitted(to: begin)
        + Line(row < right.count ? right[row] : "")
      return line.cut(to: page.columns)
    }
    return long.map { Line($0).cut(to: page.columns) } + pairs
  }
}
