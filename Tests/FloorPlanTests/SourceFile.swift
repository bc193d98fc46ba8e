import Foundation

/// A file of `Sources`.
struct SourceFile {
  /// Its place below `Sources`: "Workbench/Takes/TakeList.swift".
  let path: String
  let text: String

  static let sources = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  /// The names of all modules.
  static func modules() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sources.path())
      .filter { !$0.hasSuffix(".md") }
  }

  /// The files of a module.
  static func all(in module: String) throws -> [SourceFile] {
    let folder = sources.appending(path: module)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path())
      .filter { $0.hasSuffix(".swift") }.sorted().map {
        SourceFile(
          path: "\(module)/\($0)",
          text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
      }
  }

  /// The folder inside the module, `nil` for the module's own.
  var folder: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : nil
  }

  /// The modules that it imports.
  var imports: [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import"), keyword <= 2,
        words[..<keyword].allSatisfy({
          $0.hasPrefix("@") || ["public", "package", "internal"].contains($0)
        }), let name = words.last
      else { return nil }
      return String(name.prefix { $0 != "." })
    }
  }

  /// Its code without comments and texts.
  var code: String {
    text.replacing(#/"""[\s\S]*?"""/#, with: "\"\"")
      .replacing(#/"(?:\\.|[^"\\\n])*"/#, with: "\"\"")
      .replacing(#/\/\/[^\n]*/#, with: "")
  }

  /// Whether a place is in a style sheet, where `--to` would be a variable.
  func isStyle(at range: Range<String.Index>) -> Bool {
    text[range.upperBound...].first == ":" || text[..<range.lowerBound].hasSuffix("var(")
  }
}
