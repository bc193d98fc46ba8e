/// A piano roll of a take: time to the right, pitch upward, loudness as colour, the pedal below.
public struct PianoRoll: Sendable {
  /// One note.
  public struct Note: Hashable, Sendable {
    /// The key, 0…127; 60 is middle C.
    public var pitch: UInt8
    /// How hard it was struck, 1…127.
    public var velocity: UInt8
    /// When it is struck, in seconds; below 0 for a primer's.
    public var start: Double
    /// When it is released, in seconds.
    public var end: Double
    /// Whether a person played it.
    public var isOwn: Bool

    /// A note from `start` to `end`, in seconds.
    public init(pitch: UInt8, velocity: UInt8, start: Double, end: Double, isOwn: Bool) {
      self.pitch = pitch
      self.velocity = velocity
      self.start = start
      self.end = end
      self.isOwn = isOwn
    }
  }

  /// The heading.
  public var title: String

  /// The notes, in any order; those before 0 are a primer's.
  public var notes: [Note]

  /// The times in which the sustain pedal is down, in seconds.
  public var pedal: [ClosedRange<Double>]

  /// The length of the take, in seconds.
  public var seconds: Double

  /// Where the picture begins, in seconds; above 0 for a part of a take.
  public var from = 0.0

  /// The source of the primer, which is drawn before 0.
  public var primer: String?

  /// The longest time in one row, in seconds; longer takes have several rows.
  public var secondsPerRow = 60.0

  /// The most rows; the rest of the take is left out, which the picture says.
  public var mostRows = 60

  /// The roll of a take.
  public init(
    title: String, notes: [Note], pedal: [ClosedRange<Double>] = [], seconds: Double,
    primer: String? = nil
  ) {
    self.title = title
    self.notes = notes
    self.pedal = pedal
    self.seconds = seconds
    self.primer = primer
  }
}

extension PianoRoll {
  private static let left = 46.0
  private static let right = 14.0
  private static let pedalHeight = 12.0

  /// The picture, 800 pixels wide.
  public var picture: Picture {
    let width = 800.0
    let begin = from > 0 ? from : min(0, notes.map(\.start).min() ?? 0).rounded(.down)
    let end = max(seconds, from + 1)
    let rowsNeeded = max(1, Int(((end - begin) / secondsPerRow).rounded(.up)))
    let span = rowsNeeded == 1 ? end - begin : secondsPerRow
    let rows = min(rowsNeeded, mostRows)

    let pitches = notes.map { Int($0.pitch) }
    // Whole octaves, at least two.
    let lowest = (pitches.min() ?? 48) / 12 * 12
    let highest = max(lowest + 24, ((pitches.max() ?? 72) / 12 + 1) * 12)
    let keyHeight = rows == 1 ? 5.0 : 3.5
    let rollHeight = Double(highest - lowest) * keyHeight
    let rowHeight = rollHeight + Self.pedalHeight + 44
    let top = 58.0

    var drawing = Drawing(
      title: title, description: summary, width: width, height: top + Double(rows) * rowHeight + 4)
    drawing.text(title, "head", x: Self.left, y: 20)
    drawLegend(in: &drawing, y: 42)
    if rows < rowsNeeded {
      drawing.text(
        "the first \(Scale.clock(begin + Double(rows) * span))", "small faint",
        x: width - Self.right, y: 20, anchor: .end)
    }
    for row in 0..<rows {
      let from = begin + Double(row) * span
      let y = top + Double(row) * rowHeight
      let time = Scale(from, from + span, from: Self.left, to: width - Self.right)
      let pitch = Scale(
        Double(lowest), Double(highest), from: y + rollHeight, to: y)
      drawGrid(in: &drawing, time: time, pitch: pitch, isLast: row == rows - 1)
      drawNotes(in: &drawing, time: time, pitch: pitch, keyHeight: keyHeight)
      drawPedal(in: &drawing, time: time, y: y + rollHeight + 8)
    }
    return drawing.picture
  }

  private func drawGrid(in drawing: inout Drawing, time: Scale, pitch: Scale, isLast: Bool) {
    if time.lower < 0 {
      drawing.rectangle(
        "shade", x: time.from, y: pitch.to, width: time(min(0, time.upper)) - time.from,
        height: pitch.from - pitch.to + Self.pedalHeight + 8)
    }
    for key in stride(from: Int(pitch.lower), through: Int(pitch.upper), by: 12) {
      let y = pitch(Double(key))
      drawing.line("line", from: (time.from, y), to: (time.to, y))
      if key < Int(pitch.upper) {
        // MIDI 1.0: key 60 is middle C, which most call C4.
        drawing.text("C\(key / 12 - 1)", "small faint", x: time.from - 6, y: y + 1, anchor: .end)
      }
    }
    let bottom = pitch.from + Self.pedalHeight + 8
    let ticks = time.timeTicks(about: 10)
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    for tick in ticks {
      drawing.line("line", from: (time(tick), pitch.to), to: (time(tick), bottom))
      drawing.text(
        Scale.clock(tick, step: step), "small faint", x: time(tick), y: bottom + 13,
        anchor: .middle)
    }
    if time.lower < 0, time.upper > 0 {
      drawing.line("axis dash", from: (time(0), pitch.to - 4), to: (time(0), bottom))
    }
    drawing.text("pedal", "small faint", x: time.from - 6, y: bottom - 3, anchor: .end)
    if isLast {
      let unit = step < 1 || time.upper - time.lower < 1 ? "time, s" : "time, min:s"
      drawing.text(unit, "small faint", x: time.to, y: bottom + 27, anchor: .end)
    }
  }

  private func drawNotes(
    in drawing: inout Drawing, time: Scale, pitch: Scale, keyHeight: Double
  ) {
    let shown = notes.filter { $0.end > time.lower && $0.start < time.upper }
    // Soft notes first, so that loud notes are never covered.
    for note in shown.sorted(by: { ($0.velocity, $0.start) < ($1.velocity, $1.start) }) {
      let x = time(max(note.start, time.lower))
      let width = max(1.5, time(min(note.end, time.upper)) - x - 0.5)
      drawing.rectangle(
        Palette.note(velocity: note.velocity, isOwn: note.isOwn), x: x,
        y: pitch(Double(note.pitch) + 1) + 0.25, width: width, height: keyHeight - 0.5, corner: 1)
    }
  }

  private func drawPedal(in drawing: inout Drawing, time: Scale, y: Double) {
    for down in pedal where down.upperBound > time.lower && down.lowerBound < time.upper {
      let x = time(max(down.lowerBound, time.lower))
      let width = max(1, time(min(down.upperBound, time.upper)) - x - 1)
      drawing.rectangle("pedal", x: x, y: y, width: width, height: 7)
    }
  }

  private func drawLegend(in drawing: inout Drawing, y: Double) {
    var x = Self.left
    func kinds() -> [(isOwn: Bool, name: String)] {
      var kinds: [(Bool, String)] = []
      if notes.contains(where: { !$0.isOwn }) { kinds.append((false, "by the model")) }
      if notes.contains(where: { $0.isOwn }) {
        kinds.append((true, primer.map { "primer: \($0)" } ?? "played"))
      }
      return kinds
    }
    for kind in kinds() {
      for step in 0..<Palette.steps {
        drawing.rectangle(
          "\(kind.isOwn ? "own" : "model")\(step)", x: x + Double(step) * 9, y: y - 9, width: 9,
          height: 9)
      }
      x += Double(Palette.steps) * 9 + 6
      let words = "\(kind.name), soft to loud"
      drawing.text(words, "small", x: x, y: y)
      x += Double(words.count) * 6.2 + 24
    }
  }

  /// What the picture shows, in words.
  private var summary: String {
    let own = notes.filter { $0.start >= 0 }
    guard let low = own.map(\.pitch).min(), let high = own.map(\.pitch).max() else {
      return "No notes."
    }
    let down =
      pedal.reduce(0) { $0 + max(0, $1.upperBound - max(0, $1.lowerBound)) }
      / max(seconds - from, 1)
    return
      "\(own.count) note\(own.count == 1 ? "" : "s") in \(Scale.clock(seconds - from)), "
      + "from key \(low) to key \(high); "
      + "the pedal is down \(Int((down * 100).rounded())) % of the time"
      + (primer.map { "; it goes on from \($0)" } ?? "") + "."
  }
}
