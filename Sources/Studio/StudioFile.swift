import NIOCore

/// A file of the page, which is a part of the program.
struct StudioFile: Sendable {
  /// Its bytes.
  let bytes: ByteBuffer
  /// What a browser takes it for.
  let mediaType: String

  /// The page itself.
  static let page = StudioFile(PackageResources.page_html, "text/html; charset=utf-8")

  /// The page's other files, by the path at which it asks for them. There are no others: a path is only ever looked
  /// up here.
  static let all: [String: StudioFile] = [
    "/studio.css": StudioFile(PackageResources.studio_css, "text/css; charset=utf-8"),
    "/studio.js": script(PackageResources.studio_js),
    "/server.js": script(PackageResources.server_js),
    "/wall.js": script(PackageResources.wall_js),
    "/row.js": script(PackageResources.row_js),
    "/roll.js": script(PackageResources.roll_js),
    "/player.js": script(PackageResources.player_js),
    "/keys.js": script(PackageResources.keys_js),
    "/words.js": script(PackageResources.words_js),
  ]

  private init(_ bytes: [UInt8], _ mediaType: String) {
    self.bytes = ByteBuffer(bytes: bytes)
    self.mediaType = mediaType
  }

  private static func script(_ bytes: [UInt8]) -> StudioFile {
    StudioFile(bytes, "text/javascript; charset=utf-8")
  }
}
