import MIDI
import Terminal
import Text
import Workbench

/// All that the audition's screen shows at one moment; drawing it is a pure function.
struct AuditionPicture {
  /// The audition as it is.
  var state: Audition.State
  /// The note being typed.
  var typing: String?

  /// The duration of one dot of a scrolling roll: long enough to show some of what comes, short enough to
  /// show ornaments.
  static let nanosecondsPerDot: Int64 = 50_000_000

  /// The picture, as large as the page.
  func lines(on page: Page) -> [Line] {
    let width = page.columns
    let help = Self.help(width: width, ink: page.ink)
    let fixed = 5 + help.count
    let rows = page.rows - fixed - PianoRoll.foot
    let place = Line("\(state.place) of \(state.count)")
    var lines = [spread(Line(state.title.printable, .bold), place, width: width)]
    lines.append(Line(state.facts, .faint).cut(to: width))
    if rows >= 2 {
      lines += roll(columns: max(8, width - PianoRoll.margin), rows: rows, on: page)
    }
    lines.append(overview(on: page))
    lines.append(spread(status(on: page), Line(state.sound.text, .faint), width: width))
    let last = typing.map { Line("note: \($0)", .bold) + [Cell("_", .bold)] }
    lines.append((last ?? Line(state.message?.text.printable ?? "", .bold)).cut(to: width))
    return (lines + help).map { $0.cut(to: width) }
  }

  // MARK: - The roll

  /// The part of the take that is shown, in nanoseconds: all of a short take; otherwise a window with the
  /// playing position a quarter from its left edge, except near the take's ends.
  func window(columns: Int, ink: Ink) -> Range<Int64> {
    let span = Int64(columns * ink.dotsAcross) * Self.nanosecondsPerDot
    guard state.length > span else { return 0..<state.length }
    let wanted = state.position - span / 4
    let start = min(max(0, wanted), state.length - span)
    // In steps of whole characters, so that notes keep their dots while the picture scrolls.
    let step = Int64(ink.dotsAcross) * Self.nanosecondsPerDot
    return (start / step * step)..<(start / step * step + span)
  }

  private func roll(columns: Int, rows: Int, on page: Page) -> [Line] {
    let window = window(columns: columns, ink: page.ink)
    // No lane for a take without pedal, nor where the roll needs all the rows.
    let lanes =
      state.pedal.isEmpty || rows < 4
      ? [] : [PedalLane.framed(state.pedal, window: window, columns: columns, ink: page.ink)]
    let roll = PianoRoll(
      notes: state.notes, window: window, columns: columns, rows: rows - lanes.count, ink: page.ink,
      fills: true)
    func column(_ time: Int64) -> Int? {
      guard window.contains(time) || time == window.upperBound else { return nil }
      let share = Double(time - window.lowerBound) / Double(window.count)
      return PianoRoll.margin + min(columns - 1, Int(share * Double(columns)))
    }
    let head = column(state.position)
    let framed = roll.framed()
    let lines = framed[..<roll.rows] + lanes + framed[roll.rows...]
    return lines.enumerated().map { row, line in
      var line = line
      if row < rows {
        for index in line.indices.dropFirst(PianoRoll.margin) {
          if index < head ?? 0 { line[index].look.isFaint = true }
        }
        if let head {
          line[head] =
            line[head].character == " "
            ? Cell(page.ink.frame.down) : Cell(line[head].character, .bold)
        }
      } else if row == rows {
        for (mark, sign) in [(state.marked?.from, "["), (state.marked?.to, "]")] {
          if let column = mark.flatMap(column) { line[column] = Cell(Character(sign), .bold) }
        }
        if let head { line[head] = Cell(page.ink == .ascii ? "^" : "▲", .bold) }
      }
      return line
    }
  }

  /// The whole take in one line, the part before the playing position faint, with the marked phrase.
  private func overview(on page: Page) -> Line {
    let columns = max(8, page.columns - PianoRoll.margin)
    var counts = Array(repeating: 0.0, count: columns)
    for note in state.notes {
      let column = Int(Double(note.start) / Double(state.length) * Double(columns))
      counts[min(columns - 1, max(0, column))] += 1
    }
    func column(_ time: Int64) -> Int {
      min(columns - 1, Int(Double(time) / Double(state.length) * Double(columns)))
    }
    let text = Sparkline.text(counts.map { $0 > 0 ? $0 : .nan }, ink: page.ink)
    let head = column(state.position)
    var line = text.enumerated().map { index, character in
      Cell(character, index < head ? .faint : Look(colour: 67))
    }
    if let marked = state.marked {
      let from = marked.from
      let end = marked.to.map(column) ?? column(from)
      for index in column(from)...max(column(from), end) { line[index].look = Look(colour: 208) }
      line[column(from)] = Cell("[", Look(colour: 208))
      if marked.to != nil { line[end] = Cell("]", Look(colour: 208)) }
    }
    line[head] = Cell(page.ink.frame.down, .bold)
    return Line(String(repeating: " ", count: PianoRoll.margin)) + line
  }

  // MARK: - Text

  private func status(on page: Page) -> Line {
    let sign = page.ink == .ascii ? (state.isPlaying ? ">" : "=") : (state.isPlaying ? "▶" : "⏸")
    var parts = [
      "\(sign) \(Readable.text(nanoseconds: state.position)) / \(Readable.text(nanoseconds: state.length))"
    ]
    if state.goesOn { parts.append("goes on") }
    if let marked = state.marked {
      parts.append(
        "phrase \(Readable.text(nanoseconds: marked.from))"
          + (marked.to.map { "–\(Readable.text(nanoseconds: $0))" } ?? "–"))
    }
    switch state.take.judgement {
    case "keep":
      let phrases = state.phrases.map {
        "\(Readable.text(nanoseconds: $0.lowerBound))–\(Readable.text(nanoseconds: $0.upperBound))"
      }
      parts.append((["kept"] + phrases).joined(separator: " "))
    case "discard": parts.append("discarded")
    default: break
    }
    if let rating = state.take.rating { parts.append("\(rating) of 5") }
    if let note = state.take.note { parts.append("“\(note.printable)”") }
    return Line(parts.joined(separator: " · "))
  }

  /// A row with texts at its left and right edges. The left one is cut if both do not fit; if that would
  /// leave it less than 16 columns, the right one is left out.
  private func spread(_ left: Line, _ right: Line, width: Int) -> Line {
    let room = width - right.count - 2
    guard room >= 16 else { return left.cut(to: width) }
    return left.fitted(to: room) + [.blank, .blank] + right
  }

  private static func help(width: Int, ink: Ink) -> [Line] {
    var lines: [String] = []
    for key in AuditionKeys.shown {
      let key =
        ink == .ascii
        ? key.replacing("← →", with: "arrows").replacing("⏎", with: "enter")
          .replacing("–", with: "-") : key
      if let last = lines.last, last.count + 2 + key.count <= width {
        lines[lines.count - 1] = last + "  " + key
      } else {
        lines.append(key)
      }
    }
    return lines.map { Line($0, .faint) }
  }
}
