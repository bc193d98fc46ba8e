import Text

/// An SVG picture under construction.
///
/// Source: Scalable Vector Graphics (SVG) 1.1 and 2, W3C. All lengths are in pixels of CSS; y grows
/// downward.
struct Drawing {
  /// The accessible name and description.
  let title: String
  let description: String

  /// The size in pixels.
  let width: Double
  let height: Double

  private(set) var body = ""

  init(title: String, description: String, width: Double, height: Double) {
    self.title = title
    self.description = description
    self.width = width
    self.height = height
  }

  /// The alignment of a text relative to its position.
  enum Anchor: String {
    case start, middle, end
  }

  /// Draws a filled rectangle of CSS class `kind`; `hint` is its tooltip.
  mutating func rectangle(
    _ kind: String, x: Double, y: Double, width: Double, height: Double, corner: Double = 0,
    hint: String? = nil
  ) {
    let round = corner > 0 ? " rx=\"\(Self.number(corner))\"" : ""
    body +=
      "<rect class=\"\(kind)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
      + "width=\"\(Self.number(max(0, width)))\" height=\"\(Self.number(max(0, height)))\"\(round)"
    body += hint.map { "><title>\(Self.escaped($0))</title></rect>\n" } ?? "/>\n"
  }

  /// Draws a straight line.
  mutating func line(_ kind: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    body +=
      "<line class=\"\(kind)\" x1=\"\(Self.number(from.x))\" y1=\"\(Self.number(from.y))\" "
      + "x2=\"\(Self.number(to.x))\" y2=\"\(Self.number(to.y))\"/>\n"
  }

  /// Draws a polyline through points.
  mutating func path(_ kind: String, through points: [(x: Double, y: Double)]) {
    guard let first = points.first else { return }
    let rest = points.dropFirst().map { "L\(Self.number($0.x)) \(Self.number($0.y))" }
    body +=
      "<path class=\"\(kind)\" d=\"M\(Self.number(first.x)) \(Self.number(first.y))\(rest.joined())\"/>\n"
  }

  /// Draws a curve from left to right that is horizontal at both ends.
  mutating func link(_ kind: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    let middle = Self.number((from.x + to.x) / 2)
    body +=
      "<path class=\"\(kind)\" d=\"M\(Self.number(from.x)) \(Self.number(from.y))C\(middle) "
      + "\(Self.number(from.y)) \(middle) \(Self.number(to.y)) \(Self.number(to.x)) "
      + "\(Self.number(to.y))\"/>\n"
  }

  /// Draws a dot.
  mutating func dot(_ kind: String, x: Double, y: Double, radius: Double, hint: String? = nil) {
    body +=
      "<circle class=\"\(kind)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
      + "r=\"\(Self.number(radius))\""
    body += hint.map { "><title>\(Self.escaped($0))</title></circle>\n" } ?? "/>\n"
  }

  /// Draws text with its baseline at `y`.
  mutating func text(
    _ words: String, _ kind: String = "text", x: Double, y: Double, anchor: Anchor = .start,
    upright: Bool = false
  ) {
    let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    let turn = upright ? " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\"" : ""
    body +=
      "<text class=\"\(kind)\" \(place)\(turn) text-anchor=\"\(anchor.rawValue)\">"
      + "\(Self.escaped(words))</text>\n"
  }

  /// The finished picture.
  var picture: Picture {
    Picture(title: title, description: description, width: width, height: height, body: body)
  }

  /// A number with at most two decimals, far finer than a pixel.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, part) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    guard part > 0 else { return "\(sign)\(whole)" }
    return part % 10 == 0
      ? "\(sign)\(whole).\(part / 10)" : "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
  }

  /// Escapes text for XML and HTML; control characters and characters that XML forbids become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.isObeyed || (0xFFFE...0xFFFF).contains(scalar.value):
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
