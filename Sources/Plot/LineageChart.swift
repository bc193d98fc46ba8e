/// A chart of which takes each round was trained on, and which takes it generated.
public struct LineageChart: Sendable {
  /// One box.
  public struct Node: Hashable, Sendable {
    /// Its column from the left; 0 is before any round.
    public var column: Int
    /// Its first line.
    public var title: String
    /// Its second line.
    public var detail: String
    /// What it represents.
    public var kind: Kind

    /// A box.
    public init(column: Int, title: String, detail: String, kind: Kind) {
      self.column = column
      self.title = title
      self.detail = detail
      self.kind = kind
    }
  }

  /// What a box represents, which is also its row: a person's playing, a model, or a model's takes.
  public enum Kind: Int, Hashable, Sendable {
    case playing, model, generated
  }

  /// The boxes.
  public var nodes: [Node]

  /// The links, as indices in `nodes`.
  public var links: [(from: Int, to: Int)]

  /// A chart of boxes and links.
  public init(nodes: [Node], links: [(from: Int, to: Int)]) {
    self.nodes = nodes
    self.links = links
  }

  /// The picture, whose width depends on the number of columns, at least 800 pixels.
  public var picture: Picture {
    let columns = (nodes.map(\.column).max() ?? 0) + 1
    let (box, gap) = (148.0, 48.0)
    var drawing = Drawing(
      title: "Lineage", description: summary,
      width: max(800, 40 + Double(columns) * (box + gap) - gap), height: 290)
    drawing.text("What made what", "head", x: 20, y: 22)
    func place(_ node: Node) -> (x: Double, y: Double) {
      (20 + Double(node.column) * (box + gap), 46 + Double(node.kind.rawValue) * 82)
    }
    for link in links {
      let (from, to) = (nodes[link.from], nodes[link.to])
      let (start, end) = (place(from), place(to))
      let stroke =
        "flow \(from.kind == .playing ? "stroke0" : from.kind == .generated ? "stroke1" : "")"
      if from.column == to.column {
        // Kept takes lead up to the round above them.
        let x = start.x + box / 2
        drawing.path(stroke, through: [(x, start.y), (x, end.y + 54)])
        drawing.dot("mark", x: x, y: end.y + 57, radius: 3)
        continue
      }
      let (exit, entry) = ((x: start.x + box, y: start.y + 27), (x: end.x, y: end.y + 27))
      if to.column - from.column == 1 {
        drawing.link(stroke, from: exit, to: entry)
      } else {
        // Around the boxes in between: in the gap between two rows, each kind at its own height.
        let lane = from.kind == .generated ? start.y - 8 : start.y + (from.kind == .model ? 64 : 68)
        let (down, up) = ((x: exit.x + gap / 2, y: lane), (x: entry.x - gap / 2, y: lane))
        drawing.link(stroke, from: exit, to: down)
        drawing.path(stroke, through: [down, up])
        drawing.link(stroke, from: up, to: entry)
      }
      drawing.dot("mark", x: entry.x - 3, y: entry.y, radius: 3)
    }
    for node in nodes {
      let (x, y) = place(node)
      drawing.rectangle("box", x: x, y: y, width: box, height: 54, corner: 6)
      if node.kind != .model {
        drawing.rectangle(
          node.kind == .playing ? "fill0" : "fill1", x: x, y: y + 6, width: 5, height: 42)
      }
      drawing.text(node.title, "strong", x: x + 13, y: y + 23)
      drawing.text(node.detail, "small faint", x: x + 13, y: y + 42)
    }
    return drawing.picture
  }

  private var summary: String {
    guard !links.isEmpty else { return "No rounds yet." }
    return nodes.enumerated().filter { $0.element.kind == .model && $0.element.column > 0 }.map {
      index, node in
      let sources = links.filter { $0.to == index }.map { nodes[$0.from] }
      let made = links.filter { $0.from == index }.map { nodes[$0.to] }
        .filter { $0.kind == .generated }
      return "\(node.title) came from "
        + sources.map { "\($0.title) (\($0.detail))" }.joined(separator: ", ")
        + (made.isEmpty ? "" : " and played \(made.map(\.detail).joined(separator: ", "))")
    }.joined(separator: ". ") + "."
  }
}
