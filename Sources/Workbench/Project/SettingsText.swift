/// The contents of a settings file, in the part of TOML that settings need.
///
/// These are tables, keys (also dotted) whose value is a single-line string, a decimal number or a boolean,
/// and comments. Arrays, dates, inline tables and multi-line strings are refused.
///
/// Source: TOML 1.0.0.
struct SettingsText {
  /// A setting's value.
  enum Value {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case table([String: Value])
  }

  /// A syntax error.
  struct Fault: Error {
    /// The number of the line, from 1.
    let line: Int
    /// What is wrong, as a clause for a sentence.
    let cause: String
  }

  /// The values by their keys, which include the table: "tune.passes".
  private(set) var values: [String: Value] = [:]

  /// The names of the tables, including those without keys.
  private(set) var tables: Set<String> = []

  /// Reads a text.
  init(_ text: String) throws(Fault) {
    var table = ""
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var reader = SettingsLineReader(line.last == "\r" ? line.dropLast() : line)
      do throws(SettingsLineReader.Fault) {
        try read(&reader, into: &table)
      } catch {
        throw Fault(line: index + 1, cause: error.cause)
      }
    }
  }

  private mutating func read(
    _ reader: inout SettingsLineReader, into table: inout String
  ) throws(SettingsLineReader.Fault) {
    if reader.take("[") {
      table = try reader.key()
      guard reader.take("]") else { throw reader.unexpected }
      guard tables.insert(table).inserted else { throw .init(cause: "[\(table)] is there twice") }
    } else if !reader.isAtEnd {
      let name = try (table.isEmpty ? "" : table + ".") + reader.key()
      guard reader.take("=") else { throw reader.unexpected }
      let value = try reader.value()
      guard values.updateValue(value, forKey: name) == nil else {
        throw .init(cause: "'\(name)' is there twice")
      }
    }
    guard reader.isAtEnd else { throw reader.unexpected }
  }

  /// The settings as a table with at most one level of tables in it.
  ///
  /// Keys must have no more than two parts.
  var tree: Value {
    var tree: [String: Value] = [:]
    for (name, value) in values {
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      if parts.count == 1 {
        tree[name] = value
      } else {
        var inner: [String: Value] = [:]
        if case .table(let table) = tree[parts[0]] { inner = table }
        inner[parts[1]] = value
        tree[parts[0]] = .table(inner)
      }
    }
    return .table(tree)
  }
}

extension SettingsText.Value: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .string(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .float(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .table(let value): try container.encode(value)
    }
  }
}
