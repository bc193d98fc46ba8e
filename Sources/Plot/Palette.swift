/// The colours of all pictures.
///
/// The hues are those of Okabe and Ito, "Color Universal Design", 2008, which can be distinguished with any
/// of the common kinds of colour blindness: blue for the musician, orange for a model.
enum Palette {
  /// The number of colours of a loudness scale.
  static let steps = 8

  /// One scheme: background, text, grid lines, and the two ends of each colour scale.
  private struct Colours {
    var ground: String
    var ink: String
    var faint: String
    var grid: String
    var shade: String
    /// From soft to loud.
    var own: (from: (Double, Double, Double), to: (Double, Double, Double))
    var model: (from: (Double, Double, Double), to: (Double, Double, Double))
    /// The colours of data series: blue, orange, green, purple, sky.
    var series: [String]
    var empty: String
    var box: String
  }

  private static let light = Colours(
    ground: "#ffffff", ink: "#1b1b1b", faint: "#595959", grid: "#d9d9d9", shade: "#f1f1f1",
    own: ((158, 205, 235), (0, 48, 92)), model: ((250, 196, 140), (122, 40, 0)),
    series: ["#0072b2", "#c44e00", "#007a5a", "#a3447f", "#3b8fc2"], empty: "#ebedf0",
    box: "#f7f7f7")

  private static let dark = Colours(
    ground: "#16181c", ink: "#f0f0f0", faint: "#b4b8be", grid: "#3a3e45", shade: "#202329",
    own: ((24, 78, 119), (176, 224, 255)), model: ((122, 58, 16), (255, 212, 158)),
    series: ["#56b4e9", "#f0a04b", "#3cc9a0", "#e08fc4", "#9ad0f2"], empty: "#262a31",
    box: "#1e2126")

  /// The CSS class of a note with `velocity`, 0…127, by a person or by a model.
  static func note(velocity: UInt8, isOwn: Bool) -> String {
    "\(isOwn ? "own" : "model")\(min(steps - 1, Int(velocity) * steps / 128))"
  }

  /// The CSS class of a day with this amount of playing, as a fraction, 0…1, of the largest.
  static func day(share: Double) -> String {
    share <= 0 ? "empty" : "own\(min(steps - 1, 1 + Int(share * Double(steps - 1))))"
  }

  /// The style sheet of a scheme.
  static func styles(_ scheme: Picture.Scheme) -> String {
    switch scheme {
    case .light: common + rules(light)
    case .dark: common + rules(dark)
    case .automatic:
      common + rules(light) + "@media (prefers-color-scheme: dark) {\n" + rules(dark)
        + "}\n@media print {\n" + rules(light) + "}\n"
    }
  }

  private static let common = """

    svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; }
    svg .head { font-weight: 600; font-size: 14px; }
    svg .strong { font-weight: 600; }
    svg .small { font-size: 11px; }
    svg .line, svg .curve, svg .axis, svg .error, svg .step, svg .flow { fill: none; }
    svg .line, svg .axis { stroke-width: 1; }
    svg .curve, svg .error { stroke-width: 2; stroke-linejoin: round; }
    svg .step { stroke-width: 1.75; stroke-linejoin: miter; }
    svg .flow { stroke-width: 2; }
    svg .dash { stroke-dasharray: 5 4; }
    svg .dots { stroke-dasharray: 1.5 3; }

    """

  private static func rules(_ colours: Colours) -> String {
    var rules = [
      "svg .ground { fill: \(colours.ground); }",
      "svg .text, svg .head, svg .strong, svg .small { fill: \(colours.ink); }",
      "svg .faint { fill: \(colours.faint); }",
      "svg .line { stroke: \(colours.grid); }",
      "svg .axis { stroke: \(colours.faint); }",
      "svg .shade { fill: \(colours.shade); }",
      "svg .pedal, svg .mark { fill: \(colours.faint); }",
      "svg .empty { fill: \(colours.empty); }",
      "svg .box { fill: \(colours.box); stroke: \(colours.faint); }",
      "svg .flow { stroke: \(colours.faint); }",
      "svg .cut { fill: none; stroke: \(colours.ground); stroke-width: 2; }",
    ]
    for step in 0..<steps {
      let share = Double(step) / Double(steps - 1)
      rules.append("svg .own\(step) { fill: \(mix(colours.own, share)); }")
      rules.append("svg .model\(step) { fill: \(mix(colours.model, share)); }")
    }
    for (index, colour) in colours.series.enumerated() {
      rules.append("svg .stroke\(index) { stroke: \(colour); }")
      rules.append("svg .fill\(index) { fill: \(colour); }")
      rules.append("svg .area\(index) { fill: \(colour); fill-opacity: 0.3; }")
    }
    return rules.joined(separator: "\n") + "\n"
  }

  /// The number of colours of data series.
  static let seriesCount = 5

  private static func mix(
    _ ends: (from: (Double, Double, Double), to: (Double, Double, Double)), _ share: Double
  ) -> String {
    func part(_ from: Double, _ to: Double) -> String {
      let digits = String(Int((from + (to - from) * share).rounded()), radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }
    return "#" + part(ends.from.0, ends.to.0) + part(ends.from.1, ends.to.1)
      + part(ends.from.2, ends.to.2)
  }
}
