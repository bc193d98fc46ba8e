public import MIDI

/// Notes drawn as a piano roll in characters: time to the right, pitch upward.
///
/// The drawing depends only on the notes and the sizes.
///
/// While a dot is shorter than a quarter of a second, each note is a line of its length. For
/// longer dots, as in the picture of an hour, the fraction of a dot that sounds is dithered, so
/// that dense playing looks dense.
///
/// Source of the thresholds: Bayer, "An optimum method for two-level rendition of continuous-tone
/// pictures", 1973.
public struct PianoRoll: Hashable, Sendable {
  /// The part of the take that is drawn, in nanoseconds since it began; not empty.
  public let window: Range<Int64>
  /// The keys that are drawn, 0…127.
  public let pitches: ClosedRange<Int>
  /// The width in characters.
  public let columns: Int
  /// The height in characters: no more than given, and no more than the keys need unless the roll fills its
  /// room.
  public let rows: Int
  /// The characters that it is drawn with.
  public let ink: Ink
  /// `[rows][columns]`, the highest keys first.
  public private(set) var cells: [Line] = []

  /// The vertical scale: several keys per dot, several dots per key, or all dots shared out among the keys.
  private let scale: Scale

  private enum Scale: Hashable {
    case keysPerDot(Int)
    case dotsPerKey(Int)
    case spread(dots: Int)
  }

  /// Draws `notes`.
  ///
  /// - Parameters:
  ///   - notes: In any order.
  ///   - window: The part of the take to draw.
  ///   - pitches: The keys to draw; by default those of the notes, at least two octaves.
  ///   - columns: The width in characters, 1 or more.
  ///   - rows: The largest height in characters, 1 or more.
  ///   - ink: The characters to draw with.
  ///   - fills: Whether all rows are used: the keys stand further apart then, and more of them are drawn
  ///     where each has a row of its own.
  public init(
    notes: [Note], window: Range<Int64>, pitches: ClosedRange<Int>? = nil, columns: Int, rows: Int,
    ink: Ink, fills: Bool = false
  ) {
    precondition(!window.isEmpty && columns > 0 && rows > 0, "a roll of \(columns) × \(rows)")
    self.window = window
    self.columns = columns
    self.ink = ink
    var pitches = pitches ?? Self.pitches(of: notes)
    let dots = rows * ink.dotsDown
    if fills { pitches = Self.widened(pitches, to: rows) }
    self.pitches = pitches
    if fills {
      scale = .spread(dots: dots)
      self.rows = rows
    } else if pitches.count <= dots {
      // At most two dots per key; thicker lines would not look like notes.
      let factor = min(2, dots / pitches.count)
      scale = .dotsPerKey(factor)
      self.rows = (pitches.count * factor + ink.dotsDown - 1) / ink.dotsDown
    } else {
      let keys = (pitches.count + dots - 1) / dots
      scale = .keysPerDot(keys)
      self.rows = ((pitches.count + keys - 1) / keys + ink.dotsDown - 1) / ink.dotsDown
    }
    cells = draw(notes)
  }

  /// The range of the notes' keys, widened to at least two octaves.
  public static func pitches(of notes: [Note]) -> ClosedRange<Int> {
    let lowest = Int(notes.map(\.pitch).min() ?? 60)
    let highest = Int(notes.map(\.pitch).max() ?? 60)
    let missing = max(0, 24 - (highest - lowest + 1))
    let lower = max(0, lowest - (missing + 1) / 2)
    return lower...min(127, max(highest, lower + max(23, highest - lowest)))
  }

  /// At least `count` keys, as far as a piano has them, with the given ones in the middle.
  private static func widened(_ pitches: ClosedRange<Int>, to count: Int) -> ClosedRange<Int> {
    guard pitches.count < count else { return pitches }
    // A0 to C8.
    let keyboard = min(21, pitches.lowerBound)...max(108, pitches.upperBound)
    let count = min(count, keyboard.count)
    let wanted = pitches.lowerBound - (count - pitches.count) / 2
    let lowest = min(max(keyboard.lowerBound, wanted), keyboard.upperBound - count + 1)
    return lowest...(lowest + count - 1)
  }

  /// The row that a key is drawn in, counted from the top; the upper one if there are several.
  func row(of pitch: Int) -> Int { dots(of: pitch).lowerBound / ink.dotsDown }

  /// The rows of dots that a key is drawn in, counted from the top.
  private func dots(of pitch: Int) -> Range<Int> {
    let fromTop = pitches.upperBound - pitch
    switch scale {
    case .keysPerDot(let keys): return (fromTop / keys)..<(fromTop / keys + 1)
    case .dotsPerKey(let dots): return (fromTop * dots)..<((fromTop + 1) * dots)
    case .spread(let dots):
      // All notes are as thick as the others, with a gap where there is room for one.
      let room = dots / pitches.count
      let first = fromTop * dots / pitches.count
      return first..<(first + max(1, room < 3 ? room : room - 1))
    }
  }
}

// MARK: - Drawing

extension PianoRoll {
  /// The contents of a dot.
  private struct Dot {
    /// The fraction of its time and keys that sounds, 0…1, or above if notes overlap.
    var share: Float = 0
    var isStruck = false
    var velocity: UInt8 = 0
  }

  private func draw(_ notes: [Note]) -> [Line] {
    let (width, height) = (columns * ink.dotsAcross, rows * ink.dotsDown)
    let length = Double(window.upperBound - window.lowerBound) / Double(width)
    var dots = Array(repeating: Dot(), count: width * height)
    var keys = 1
    switch scale {
    case .keysPerDot(let count): keys = count
    case .spread(let dots): keys = max(1, (pitches.count + dots - 1) / dots)
    case .dotsPerKey: break
    }
    for note in notes
    where note.end >= window.lowerBound && note.start < window.upperBound
      && pitches.contains(Int(note.pitch))
    {
      let start = Double(note.start - window.lowerBound) / length
      // Even the shortest note is visible.
      let end = max(start + 0.01, Double(note.end - window.lowerBound) / length)
      let first = max(0, Int(start.rounded(.down)))
      let last = min(width - 1, Int(end.rounded(.up)) - 1)
      guard first <= last else { continue }
      for down in self.dots(of: Int(note.pitch)) {
        for across in first...last {
          let overlap = min(end, Double(across + 1)) - max(start, Double(across))
          let index = down * width + across
          dots[index].share += Float(overlap) / Float(keys)
          dots[index].velocity = max(dots[index].velocity, note.velocity)
          if across == Int(start.rounded(.down)) { dots[index].isStruck = true }
        }
      }
    }
    let isFine = length < 0.25e9
    return (0..<rows).map { row in
      (0..<columns).map { column in
        var velocity: UInt8 = 0
        let character = ink.character { across, down in
          let (x, y) = (column * ink.dotsAcross + across, row * ink.dotsDown + down)
          let dot = dots[y * width + x]
          let isLit =
            isFine
            ? dot.isStruck || dot.share * Float(keys) >= 0.5
            : dot.share.squareRoot() > Self.threshold(x, y)
          if isLit { velocity = max(velocity, dot.velocity) }
          return isLit
        }
        return velocity > 0 ? Cell(character, .velocity(velocity)) : .blank
      }
    }
  }

  /// The thresholds of ordered dithering, 4 by 4, above 0 and below 1.
  private static func threshold(_ x: Int, _ y: Int) -> Float {
    let order: [Float] = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]
    return (order[y % 4 * 4 + x % 4] + 0.5) / 16
  }
}
