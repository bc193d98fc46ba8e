/// A chart of rounds: their learning curves in held-out nats per event over passes, and their final results
/// with error bars, beside the base.
public struct RoundsChart: Sendable {
  /// A value and its standard error.
  public struct Measured: Hashable, Sendable {
    /// Nats per event.
    public var value: Double
    /// The standard error in nats per event; nil when there was too little data to compute one.
    public var error: Double?

    /// A value with its standard error.
    public init(value: Double, error: Double?) {
      self.value = value
      self.error = error
    }
  }

  /// One round.
  public struct Round: Sendable {
    /// Its number.
    public var number: Int
    /// Whether it is the one in use.
    public var isCurrent: Bool
    /// Its final held-out nats per event.
    public var tuned: Measured
    /// The base's nats per event on the same takes.
    public var base: Measured
    /// The learning curve: held-out nats per event after passes over the playing.
    public var curve: [(passes: Double, nats: Double)]
    /// By how many nats per event it is better than the base on the pieces that it was trained on; nil when
    /// that was not measured.
    public var repertoire: Double?

    /// A round.
    public init(
      number: Int, isCurrent: Bool, tuned: Measured, base: Measured,
      curve: [(passes: Double, nats: Double)], repertoire: Double? = nil
    ) {
      self.repertoire = repertoire
      self.number = number
      self.isCurrent = isCurrent
      self.tuned = tuned
      self.base = base
      self.curve = curve
    }
  }

  /// The rounds, in order of their numbers.
  public var rounds: [Round]

  /// A chart of rounds.
  public init(rounds: [Round]) { self.rounds = rounds }

  /// The picture, 800 pixels wide.
  public var picture: Picture {
    var drawing = Drawing(
      title: "Rounds: how well they predict held-out playing", description: summary, width: 800,
      height: hasRepertoire ? 428 : 396)
    drawing.text("Held-out playing, nats per event (less is better)", "head", x: 56, y: 22)
    let values = rounds.flatMap { round in
      [round.tuned, round.base].flatMap {
        [$0.value - ($0.error ?? 0), $0.value + ($0.error ?? 0)]
      }
        + round.curve.map(\.nats)
    }
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let margin = max(0.01, (high - low) * 0.08)
    let nats = Scale(low - margin, high + margin, from: 316, to: 48)
    let hasCurves = rounds.contains { $0.curve.count > 1 }
    if hasCurves { drawCurves(in: &drawing, nats: nats, from: 56, to: 424) }
    drawEndings(in: &drawing, nats: nats, from: hasCurves ? 492 : 56, to: 784)
    return drawing.picture
  }

  private func drawFrame(in drawing: inout Drawing, nats: Scale, from: Double, to: Double) {
    let ticks = nats.ticks(about: 6)
    for tick in ticks {
      drawing.line("line", from: (from, nats(tick)), to: (to, nats(tick)))
      drawing.text(
        Scale.label(tick, among: ticks), "small faint", x: from - 8, y: nats(tick) + 4,
        anchor: .end)
    }
    drawing.line("axis", from: (from, nats.from), to: (to, nats.from))
  }

  /// The colour series of a round, the same in both parts of the chart; orange is the base's.
  private static func series(_ place: Int) -> Int { [0, 2, 3, 4][place % 4] }

  /// Draws the learning curves of the last few rounds, as many as there are colours, each with its step back
  /// toward the base.
  private func drawCurves(in drawing: inout Drawing, nats: Scale, from: Double, to: Double) {
    drawFrame(in: &drawing, nats: nats, from: from, to: to)
    let shown = rounds.indices.filter { rounds[$0].curve.count > 1 }
      .suffix(Palette.seriesCount - 1)
    let most = shown.compactMap { rounds[$0].curve.last?.passes }.max() ?? 1
    let passes = Scale(0, max(1, most), from: from, to: to - 76)
    let ticks = passes.ticks(about: 6)
    for tick in ticks {
      drawing.text(
        Scale.label(tick, among: ticks), "small faint", x: passes(tick), y: nats.from + 17,
        anchor: .middle)
    }
    drawing.text(
      "passes over your playing; dotted: the step back toward the base", "small faint",
      x: (from + to) / 2, y: nats.from + 36,
      anchor: .middle)
    var labels: [(y: Double, index: Int, number: Int, x: Double)] = []
    for place in shown {
      let (round, index) = (rounds[place], Self.series(place))
      let points = round.curve.map { (x: passes($0.passes), y: nats($0.nats)) }
      drawing.path("curve stroke\(index)", through: points)
      for (point, place) in zip(points, round.curve) {
        drawing.dot(
          "fill\(index)", x: point.x, y: point.y, radius: 3,
          hint: "round \(round.number), \(Scale.fixed(place.passes, decimals: 1)) passes: "
            + Scale.fixed(place.nats, decimals: 3))
      }
      if let last = points.last {
        let end = (x: last.x + 20, y: nats(round.tuned.value))
        drawing.path("curve dots stroke\(index)", through: [last, end])
        drawing.dot(
          "fill\(index)", x: end.x, y: end.y, radius: 4,
          hint: "round \(round.number), as it is: \(Scale.fixed(round.tuned.value, decimals: 3))")
        labels.append((end.y, index, round.number, end.x))
      }
    }
    // The name of each line at its end, moved down if it would overlap the one above.
    var lowest = -Double.infinity
    let right = labels.map(\.x).max() ?? to
    for label in labels.sorted(by: { $0.y < $1.y }) {
      let y = max(label.y, lowest + 14)
      lowest = y
      drawing.text("round \(label.number)", "small", x: right + 8, y: y + 4)
    }
  }

  private func drawEndings(in drawing: inout Drawing, nats: Scale, from: Double, to: Double) {
    drawFrame(in: &drawing, nats: nats, from: from, to: to)
    let width = (to - from) / Double(max(1, rounds.count + 1))
    func column(_ place: Int, _ measured: Measured, _ kind: Int, _ name: String, _ strong: Bool) {
      let x = from + (Double(place) + 0.5) * width
      if let error = measured.error {
        let (top, bottom) = (nats(measured.value + error), nats(measured.value - error))
        drawing.line("error stroke\(kind)", from: (x, top), to: (x, bottom))
        for y in [top, bottom] {
          drawing.line("error stroke\(kind)", from: (x - 5, y), to: (x + 5, y))
        }
      }
      let error = measured.error.map { " ± \(Scale.fixed($0, decimals: 3))" } ?? ""
      drawing.dot(
        "fill\(kind)", x: x, y: nats(measured.value), radius: 5,
        hint: "\(name): \(Scale.fixed(measured.value, decimals: 3))\(error)")
      // Below the axis, where no line crosses it.
      if rounds.count <= 6 {
        drawing.text(
          Scale.fixed(measured.value, decimals: 3), "small", x: x, y: nats.from + 33,
          anchor: .middle)
      }
      if rounds.count <= 12 || place.isMultiple(of: 1 + rounds.count / 12) {
        drawing.text(
          name, strong ? "small strong" : "small faint", x: x, y: nats.from + 17, anchor: .middle)
      }
    }
    guard let last = rounds.last else { return }
    let base = nats(last.base.value)
    drawing.line("curve dash stroke1", from: (from, base), to: (to, base))
    column(0, last.base, 1, "base", false)
    for (index, round) in rounds.enumerated() {
      column(
        index + 1, round.tuned, Self.series(index),
        rounds.count <= 3 ? "round \(round.number)" : "\(round.number)",
        round.isCurrent)
    }
    if hasRepertoire {
      for (index, round) in rounds.enumerated() {
        guard let gain = round.repertoire else { continue }
        drawing.text(
          Scale.fixed(-gain, decimals: 2), "small faint",
          x: from + (Double(index) + 1.5) * width, y: nats.from + 49, anchor: .middle)
      }
    }
    var y = nats.from + (hasRepertoire ? 68 : 52)
    var captions = ["where each round ended, ± standard error"]
    if hasRepertoire {
      captions = [
        "dots: music that it has not read, ± standard error",
        "below them: its own pieces, against the base",
      ]
    }
    if let current = rounds.first(where: \.isCurrent) {
      captions.append("bold: round \(current.number), in use")
    }
    for caption in captions {
      drawing.text(caption, "small faint", x: to, y: y, anchor: .end)
      y += 16
    }
  }

  /// Whether to show the gains on the pieces that rounds were trained on.
  private var hasRepertoire: Bool { rounds.count <= 6 && rounds.contains { $0.repertoire != nil } }

  private var summary: String {
    guard let last = rounds.last else { return "No rounds." }
    return "Base \(Scale.fixed(last.base.value, decimals: 3)); "
      + rounds.map { "round \($0.number) \(Scale.fixed($0.tuned.value, decimals: 3))" }
      .joined(separator: "; ") + " nats per event."
  }
}
