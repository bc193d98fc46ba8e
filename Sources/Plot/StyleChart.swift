/// A chart of the styles of several players: a small histogram for each measure, with
/// one line for each player.
public struct StyleChart: Sendable {
  /// One measure.
  public struct Measure: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its unit, shown under the axis.
    public var unit: String
    /// The ticks of the axis.
    public var ticks: [Tick]

    /// A tick of the axis.
    public struct Tick: Hashable, Sendable {
      /// Its position, in bins from the left.
      public var bin: Double
      /// Its label.
      public var words: String

      /// A tick.
      public init(bin: Double, words: String) {
        self.bin = bin
        self.words = words
      }
    }

    /// A measure.
    public init(name: String, unit: String, ticks: [Tick]) {
      self.name = name
      self.unit = unit
      self.ticks = ticks
    }
  }

  /// One player.
  public struct Player: Hashable, Sendable {
    /// "you", "base", "round 2".
    public var name: String
    /// For each measure the fraction in each bin, 0…1.
    public var shares: [[Double]]

    /// A player.
    public init(name: String, shares: [[Double]]) {
      self.name = name
      self.shares = shares
    }
  }

  /// The measures, in the order in which they are drawn.
  public var measures: [Measure]

  /// The players; the first is drawn as an area, the others as lines over it.
  public var players: [Player]

  /// A chart of players.
  public init(measures: [Measure], players: [Player]) {
    self.measures = measures
    self.players = players
  }

  /// The total variation distance: 0 for equal distributions, 1 for disjoint ones.
  static func distance(_ one: [Double], _ other: [Double]) -> Double {
    min(1, zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) } / 2)
  }

  /// The picture, 800 pixels wide.
  public var picture: Picture {
    let columns = 3
    let (cellWidth, cellHeight) = (256.0, 176.0)
    let rows = (measures.count + columns - 1) / columns
    var drawing = Drawing(
      title: "Style: \(players.map(\.name).joined(separator: ", "))", description: summary,
      width: 800, height: 58 + Double(rows) * cellHeight)
    drawLegend(in: &drawing)
    for index in measures.indices {
      drawMeasure(
        index, in: &drawing, x: 28 + Double(index % columns) * cellWidth,
        y: 62 + Double(index / columns) * cellHeight, width: cellWidth - 30,
        height: cellHeight - 66)
    }
    return drawing.picture
  }

  /// The share at which a measure's picture ends.
  ///
  /// It is the highest bin's; but where one or two bins tower above all others, they are cut off, so that the
  /// others can be seen.
  static func top(of shares: [[Double]]) -> Double {
    let bins = shares.map(\.count).max() ?? 0
    let highest = (0..<bins).map { bin in shares.map { bin < $0.count ? $0[bin] : 0 }.max() ?? 0 }
      .sorted(by: >)
    guard let most = highest.first, most > 0 else { return 0.01 }
    guard highest.count > 2, highest[2] > 0, most > 2 * highest[2] else { return most * 1.05 }
    return (highest.first { $0 <= 2 * highest[2] } ?? most) * 1.25
  }

  /// A round share that stands as a line in a picture that ends at `top`: 50, 20, 10, 5 … %.
  private static func mark(below top: Double) -> Double {
    [0.5, 0.2, 0.1, 0.05, 0.02, 0.01].first { $0 <= top } ?? 0.005
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    return "\(Scale.fixed(percent, decimals: percent < 1 ? 1 : 0)) %"
  }

  /// The CSS classes of a player's line: a colour, and solid, dashed or dotted.
  private static func kind(_ index: Int) -> String {
    "stroke\(index % Palette.seriesCount)" + ["", "", " dash", " dots", " dash"][index % 5]
  }

  private func drawLegend(in drawing: inout Drawing) {
    drawing.text(
      "How they play: the share of notes, or of time, in each bin; at the right, what the line is",
      "head", x: 28, y: 20)
    var x = 28.0
    for (index, player) in players.enumerated() {
      if index == 0 {
        drawing.rectangle("area0", x: x, y: 32, width: 22, height: 10)
      }
      let y = index == 0 ? 32.0 : 37
      drawing.path("step \(Self.kind(index))", through: [(x, y), (x + 22, y)])
      drawing.text(player.name, "text", x: x + 28, y: 42)
      x += 28 + Double(player.name.count) * 7 + 24
    }
  }

  private func drawMeasure(
    _ index: Int, in drawing: inout Drawing, x: Double, y: Double, width: Double, height: Double
  ) {
    let measure = measures[index]
    let bins = players.first.map { $0.shares[index].count } ?? 0
    guard bins > 0 else { return }
    drawing.text(measure.name, "strong", x: x, y: y + 4)
    let top = Self.top(of: players.map { $0.shares[index] })
    let share = Scale(0, top, from: y + 14 + height, to: y + 14)
    let bin = Scale(0, Double(bins), from: x, to: x + width)
    let mark = Self.mark(below: top)
    drawing.line("line", from: (x, share(mark)), to: (x + width, share(mark)))
    for (place, player) in players.enumerated() {
      var points: [(x: Double, y: Double)] = [(bin(0), share(0))]
      for (number, value) in player.shares[index].enumerated() {
        let height = share(min(value, top))
        points.append((bin(Double(number)), height))
        points.append((bin(Double(number + 1)), height))
        if place == 0 {
          drawing.rectangle(
            "area0", x: bin(Double(number)), y: height,
            width: bin(Double(number + 1)) - bin(Double(number)), height: share(0) - height)
        }
      }
      points.append((bin(Double(bins)), share(0)))
      drawing.path("step \(Self.kind(place))", through: points)
    }
    drawing.line("axis", from: (x, share(0)), to: (x + width, share(0)))
    drawing.text(
      Self.percent(mark), "small faint", x: x + width, y: y + 4, anchor: .end)
    for number in 0..<bins {
      let tallest = players.map { $0.shares[index][number] }.max() ?? 0
      guard tallest > top else { continue }
      // A bin that is cut off: two strokes across it, and what it comes to beside it.
      let (left, right) = (bin(Double(number)), bin(Double(number + 1)))
      for offset in [10.0, 15] {
        drawing.line(
          "cut", from: (left - 2, share(top) + offset + 3), to: (right + 2, share(top) + offset - 3)
        )
      }
      let isLeft = number < bins / 2
      drawing.text(
        Self.percent(tallest), "small faint", x: isLeft ? right + 5 : left - 5, y: share(top) + 11,
        anchor: isLeft ? .start : .end)
    }
    for tick in measure.ticks {
      drawing.line("axis", from: (bin(tick.bin), share(0)), to: (bin(tick.bin), share(0) + 3))
      drawing.text(
        tick.words, "small faint", x: bin(tick.bin), y: share(0) + 15, anchor: .middle)
    }
    drawing.text(
      measure.unit, "small faint", x: x + width / 2, y: share(0) + 30, anchor: .middle)
  }

  private var summary: String {
    guard let first = players.first else { return "Nobody." }
    let rest = players.dropFirst().map { player in
      let distances = measures.indices.map {
        Self.distance(first.shares[$0], player.shares[$0])
      }
      let mean = distances.reduce(0, +) / Double(max(1, distances.count))
      return "\(player.name) is \(Scale.fixed(mean, decimals: 2)) from \(first.name) on average"
    }
    guard !rest.isEmpty else { return "\(measures.count) measures of \(first.name)." }
    return "\(measures.count) measures; 0 is the same, 1 nothing in common: "
      + rest.joined(separator: "; ") + "."
  }
}
