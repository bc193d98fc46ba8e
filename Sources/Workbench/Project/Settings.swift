import Disk
import Foundation
import Work

/// Settings that are read from a TOML file, which is edited by hand.
protocol Settings: Decodable, Sendable {
  /// All keys that are allowed in the file, with their tables: "tune.passes".
  static var knownKeys: Set<String> { get }
}

extension Settings {
  /// Reads a TOML file and refuses unknown keys: if a mistyped setting were ignored, training would not do
  /// what was asked for.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``, with the line of a syntax error.
  static func read(from file: URL) throws -> Self {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw WorkbenchError.badSettings(path: file.plainPath, cause: DiskError.cause(of: error))
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
    do {
      let settings = try SettingsText(text)
      let isKnown = { (table: String) in knownKeys.contains { $0.hasPrefix(table + ".") } }
      let unknown =
        settings.values.keys.filter { !knownKeys.contains($0) }
        + settings.tables.filter { !isKnown($0) }
      if let key = unknown.min() {
        throw WorkbenchError.badSettings(
          path: path,
          cause: "there is no setting '\(key)'; known: "
            + knownKeys.sorted().joined(separator: ", "))
      }
      return try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(settings.tree))
    } catch let fault as SettingsText.Fault {
      throw WorkbenchError.badSettings(path: path, cause: "line \(fault.line): \(fault.cause)")
    } catch let error as DecodingError {
      throw WorkbenchError.badSettings(path: path, cause: error.sentence)
    } catch let error as WrongValue {
      let name = error.setting.name
      let key = knownKeys.first { $0 == name || $0.hasSuffix("." + name) } ?? name
      throw WorkbenchError.badSettings(
        path: path, cause: "the setting '\(key)' is \(error.value): it must be \(error.bounds)")
    }
  }

  /// The maximum size of a file in bytes.
  private static var longest: Int { 16_384 }
}

extension DecodingError {
  /// Which setting is wrong and why, in one clause.
  fileprivate var sentence: String {
    func name(_ path: [any CodingKey]) -> String {
      path.map(\.stringValue).joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context):
      return "the setting '\(name(context.codingPath + [key]))' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      let kind =
        switch type {
        case is String.Type: "text in quotes"
        case is Bool.Type: "true or false"
        case is Double.Type: "a number"
        default: "a whole number"
        }
      return "the setting '\(name(context.codingPath))' is not \(kind)"
    case .dataCorrupted(let context):
      return "the setting '\(name(context.codingPath))' has a value that it cannot have"
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
