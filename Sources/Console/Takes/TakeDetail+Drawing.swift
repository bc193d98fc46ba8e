import Foundation
import MIDI
package import Terminal
package import Workbench

extension TakeDetail: Drawable {
  /// The piano roll, as large as the page leaves room for, over a short table of facts and measures.
  package func drawing(on page: Page) -> [Line] {
    let table = table(on: page)
    let title = Line(self.title, .bold).cut(to: page.columns)
    guard let end = notes.map(\.end).max() else { return [title] + table }
    // A line of the shell's is seen below, and no roll is worth looking at in fewer than eight rows.
    let room = page.rows - 1 - PianoRoll.foot - table.count - 1
    let roll = PianoRoll(
      notes: notes, window: 0..<max(1, end),
      columns: max(8, page.columns - PianoRoll.margin), rows: min(32, max(8, room)), ink: page.ink)
    return [title] + roll.framed() + table
  }

  /// Facts at the left and measures at the right where both fit; what is too long for that, such as
  /// a file's path, comes first.
  private func table(on page: Page) -> [Line] {
    let long = facts.filter { $0.count > page.columns / 2 }
    let left = facts.filter { $0.count <= page.columns / 2 }
    let right = measures
    let begin = (left.map(\.count).max() ?? 0) + 1
    // A measure's unit may be cut, its number not.
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
