import Foundation
import Plot
import Synth

/// A self-contained HTML page.
///
/// All text goes through ``Picture/escaped(_:)``: a file's name or a note may contain anything.
struct ReportPage {
  let title: String
  private(set) var body = ""

  init(title: String) { self.title = title }

  /// A heading of a level from 1.
  mutating func heading(_ level: Int, _ text: String) {
    body += "<h\(level)>\(Picture.escaped(text))</h\(level)>\n"
  }

  mutating func paragraph(_ text: String, kind: String? = nil) {
    body += "<p\(kind.map { " class=\"\($0)\"" } ?? "")>\(Picture.escaped(text))</p>\n"
  }

  /// A part of the page with a heading of its own.
  mutating func section(
    _ id: String, _ heading: String, _ content: (inout ReportPage) throws -> Void
  )
    rethrows
  {
    body += "<section id=\"\(id)\">\n"
    self.heading(2, heading)
    try content(&self)
    body += "</section>\n"
  }

  /// One take.
  mutating func article(_ content: (inout ReportPage) throws -> Void) rethrows {
    body += "<article>\n"
    try content(&self)
    body += "</article>\n"
  }

  /// A picture; on a narrow screen it scrolls in its own frame, which the keyboard can focus.
  ///
  /// - Parameter startsAtItsEnd: Whether the frame is at first scrolled to the picture's right end.
  mutating func picture(_ picture: Picture, startsAtItsEnd: Bool = false) {
    body +=
      "<div class=\"frame\(startsAtItsEnd ? " latest" : "")\" tabindex=\"0\" role=\"group\" "
      + "aria-label=\"\(Picture.escaped(picture.title))\">\n\(picture.element)\n</div>\n"
  }

  /// An audio player whose sound is embedded in the page.
  mutating func sound(_ data: Data, _ format: SoundFormat, label: String) {
    body +=
      "<audio controls preload=\"metadata\" aria-label=\"\(Picture.escaped(label))\" "
      + "src=\"data:\(format.mediaType);base64,\(data.base64EncodedString())\"></audio>\n"
  }

  /// A table whose first row and first column are headings, below a paragraph that says what it shows: a
  /// caption would be no wider than the table.
  mutating func table(caption: String, _ rows: [[String]]) {
    paragraph(caption, kind: "faint")
    body += "<div class=\"frame\" tabindex=\"0\" role=\"group\" "
    body += "aria-label=\"\(Picture.escaped(caption))\"><table>\n"
    for (index, row) in rows.enumerated() {
      let cells = row.enumerated().map { column, cell in
        let text = Picture.escaped(cell)
        if index == 0 { return "<th scope=\"col\">\(text)</th>" }
        return column == 0 ? "<th scope=\"row\">\(text)</th>" : "<td>\(text)</td>"
      }
      body += "<tr>\(cells.joined())</tr>\n"
    }
    body += "</table></div>\n"
  }

  /// Links to the parts of the page.
  mutating func navigation(_ parts: [(id: String, name: String)]) {
    let links = parts.map { "<a href=\"#\($0.id)\">\(Picture.escaped($0.name))</a>" }
    body += "<nav aria-label=\"Parts of this page\">\(links.joined(separator: " "))</nav>\n<main>\n"
  }

  /// The whole page.
  var text: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Picture.escaped(title))</title>
    <link rel="icon" href="data:,">
    <style>\(Self.styles)\(Picture.styles)</style>
    </head>
    <body>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let styles = """

    :root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1b1b; --faint: #595959;
      --rule: #d9d9d9; --link: #005a8f; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #16181c; --ink: #f0f0f0; --faint: #b4b8be; --rule: #3a3e45;
        --link: #7cc4f0; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 880px; padding: 24px 20px 64px; background: var(--ground);
      color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
    h1 { margin: 0 0 4px; font-size: 30px; line-height: 1.2; }
    h2 { margin: 48px 0 12px; padding-top: 12px; border-top: 1px solid var(--rule);
      font-size: 22px; }
    h3 { margin: 24px 0 4px; font-size: 17px; }
    p { margin: 0 0 10px; max-width: 68ch; overflow-wrap: anywhere; }
    h1, h3 { overflow-wrap: anywhere; }
    .faint { color: var(--faint); }
    a { color: var(--link); }
    nav a { display: inline-block; padding: 6px 10px 6px 0; }
    .frame { overflow-x: auto; margin: 8px 0 16px; }
    .frame svg { display: block; width: 100%; min-width: 680px; height: auto; }
    .latest { direction: rtl; } .latest > svg { direction: ltr; }
    a:focus-visible, .frame:focus-visible, audio:focus-visible { outline: 2px solid var(--link);
      outline-offset: 2px; }
    audio { display: block; width: 100%; max-width: 520px; }
    article { margin-bottom: 36px; }
    table { border-collapse: collapse; font-size: 15px; }
    th, td { padding: 4px 18px 4px 0; text-align: left; border-bottom: 1px solid var(--rule); }
    td, th[scope=col]:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
    th[scope=row] { font-weight: normal; }
    @media print {
      :root { color-scheme: light; --ground: #ffffff; --ink: #000000; --faint: #444444;
        --rule: #bbbbbb; }
      body { max-width: none; padding: 0; font-size: 11pt; }
      nav, audio { display: none; }
      article, .frame, table { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      .frame { overflow: visible; }
      .frame svg { min-width: 0; } }

    """
}
