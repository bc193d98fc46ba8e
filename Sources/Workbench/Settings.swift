import Foundation
import TOMLKit

/// A table of settings that is edited by hand.
protocol Settings: Decodable, Sendable {
  /// Every key that may stand in the file, dotted from the top.
  static var knownKeys: Set<String> { get }
}

extension Settings {
  /// Reads a TOML file and refuses keys that nobody would look at: a mistyped setting that is
  /// silently left out would train something else than what was asked for.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)`` with the line where TOML is broken.
  static func read(from file: URL) throws -> Self {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw WorkbenchError.badSettings(path: file.plainPath, cause: "it is missing or not text")
    }
    return try read(text, path: file.plainPath)
  }

  /// Reads TOML; `path` is for messages.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``.
  static func read(_ text: String, path: String) throws -> Self {
    guard text.utf8.count <= longest else {
      throw WorkbenchError.badSettings(path: path, cause: "it is longer than \(longest) bytes")
    }
    if let stray = SettingsText.stray(in: text) {
      throw WorkbenchError.badSettings(
        path: path,
        cause: "line \(stray.line): '\(stray.character)' may stand between quotes only")
    }
    do {
      let table = try TOMLTable(string: text)
      let unknown = Set(keys(of: table, prefix: "")).subtracting(knownKeys)
      if let key = unknown.min() {
        throw WorkbenchError.badSettings(
          path: path,
          cause: "there is no setting '\(key)'; known: "
            + knownKeys.sorted().joined(separator: ", "))
      }
      return try TOMLDecoder().decode(Self.self, from: table)
    } catch let error as TOMLParseError {
      throw WorkbenchError.badSettings(
        path: path, cause: "line \(error.source.begin.line): \(error.description.firstLine)")
    } catch let error as DecodingError {
      throw WorkbenchError.badSettings(path: path, cause: error.sentence)
    }
  }

  /// The most bytes of a file. Tables may stand in tables as deep as a text is long, and each
  /// level takes some of the stack.
  private static var longest: Int { 16_384 }

  /// The dotted keys, those in tables as far down as there are settings.
  private static func keys(of table: TOMLTable, prefix: String, depth: Int = 0) -> [String] {
    table.keys.flatMap { key -> [String] in
      guard depth < 2, let inner = table[key]?.table else { return [prefix + key] }
      return keys(of: inner, prefix: prefix + key + ".", depth: depth + 1)
    }
  }
}

extension String {
  fileprivate var firstLine: String {
    String(split(separator: "\n").first ?? "")
  }
}

extension DecodingError {
  /// Which setting is wrong, in one clause.
  fileprivate var sentence: String {
    func name(_ path: [any CodingKey]) -> String {
      path.map(\.stringValue).joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context):
      // TOMLKit has the key at the end of the path already.
      let path = context.codingPath.dropLast(
        context.codingPath.last?.stringValue == key.stringValue ? 1 : 0)
      return "the setting '\(name(path + [key]))' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "the setting '\(name(context.codingPath))' is not a \(type)"
    case .dataCorrupted(let context):
      return "the setting '\(name(context.codingPath))' is broken"
    @unknown default:
      return "a setting is broken"
    }
  }
}

extension String {
  /// The string as a basic TOML string, quotes included.
  ///
  /// Source: TOML 1.0.0, section "String".
  var quotedForTOML: String {
    let escaped = unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
