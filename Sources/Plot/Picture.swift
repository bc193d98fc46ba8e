/// A finished picture, to be written as a file or put into a page.
public struct Picture: Sendable {
  /// Light on dark or dark on light.
  public enum Scheme: Sendable {
    /// What the reader's system prefers.
    case automatic
    /// Dark on light.
    case light
    /// Light on dark.
    case dark
  }

  /// What it is, in a few words.
  public let title: String

  /// What it shows, in a sentence or two, for who does not see it.
  public let description: String

  /// Pixels from left to right.
  public let width: Double

  /// Pixels from top to bottom.
  public let height: Double

  let body: String

  /// The picture as an SVG file of its own, colours included.
  public func file(scheme: Scheme = .automatic) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" \(size) role="img">
    <title>\(Drawing.escaped(title))</title>
    <desc>\(Drawing.escaped(description))</desc>
    <style>\(Palette.styles(scheme))</style>
    <rect class="ground" width="100%" height="100%"/>
    \(body)</svg>

    """
  }

  /// The picture as an element of an HTML page that has ``styles`` in its head.
  public var element: String {
    let label = Drawing.escaped("\(title). \(description)")
    return
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\" aria-label=\"\(label)\">\n"
      + "\(body)</svg>"
  }

  /// The colours of all pictures, as a style sheet that follows what the reader prefers.
  public static var styles: String { Palette.styles(.automatic) }

  /// Text that XML and HTML show as it is.
  public static func escaped(_ text: String) -> String { Drawing.escaped(text) }

  private var size: String {
    let (width, height) = (Drawing.number(width), Drawing.number(height))
    return "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
  }
}
