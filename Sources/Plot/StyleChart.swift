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

  /// The CSS classes of a player's line: a colour, and solid, dashed or dotted.
  private static func kind(_ index: Int) -> String {
    "stroke\(index % Palette.seriesCount)" + ["", "", " dash", " dots", " dash"][index % 5]
  }

  private func drawLegend(in drawing: inout Drawing) {
    drawing.text("How they play: the share of notes, or of time, in each bin", "head", x: 28, y: 20)
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
    let most = players.flatMap { $0.shares[index] }.max() ?? 1
    let share = Scale(0, max(most, 0.01) * 1.05, from: y + 14 + height, to: y + 14)
    let bin = Scale(0, Double(bins), from: x, to: x + width)
    for (place, player) in players.enumerated() {
      var points: [(x: Double, y: Double)] = [(bin(0), share(0))]
      for (number, value) in player.shares[index].enumerated() {
        points.append((bin(Double(number)), share(value)))
        points.append((bin(Double(number + 1)), share(value)))
        if place == 0 {
          drawing.rectangle(
            "area0", x: bin(Double(number)), y: share(value),
            width: bin(Double(number + 1)) - bin(Double(number)), height: share(0) - share(value))
        }
      }
      points.append((bin(Double(bins)), share(0)))
      drawing.path("step \(Self.kind(place))", through: points)
    }
    drawing.line("axis", from: (x, share(0)), to: (x + width, share(0)))
    let percent = "\(Scale.fixed(most * 100, decimals: 0)) %"
    drawing.text(percent, "small faint", x: x + width, y: y + 4, anchor: .end)
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
    return "\(measures.count) measures; 0 is the same, 1 nothing in common: "
      + (rest.isEmpty ? first.name : rest.joined(separator: "; ")) + "."
  }
}
