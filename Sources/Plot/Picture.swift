/// A finished SVG picture, to be written to a file or embedded in a page.
public struct Picture: Sendable {
  /// The colour scheme.
  public enum Scheme: Sendable {
    /// The scheme that the reader's system prefers.
    case automatic
    /// Dark on light.
    case light
    /// Light on dark.
    case dark
  }

  /// The title, in a few words.
  public let title: String

  /// The accessible description, in a sentence or two.
  public let description: String

  /// The width in pixels.
  public let width: Double

  /// The height in pixels.
  public let height: Double

  let body: String

  /// The picture as a standalone SVG file with its style sheet.
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

  /// The style sheet of all pictures, in the scheme that the reader's system prefers.
  public static var styles: String { Palette.styles(.automatic) }

  /// Escapes text for XML and HTML.
  public static func escaped(_ text: String) -> String { Drawing.escaped(text) }

  private var size: String {
    let (width, height) = (Drawing.number(width), Drawing.number(height))
    return "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
  }
}
