import Terminal
import Workbench

/// The keys of an audition, as a terminal names them.
package enum AuditionKeys {
  /// What a key does; `nil` for one that does nothing.
  static func action(of key: Key) -> AuditionAction? {
    AuditionKey.table.first { $0.name.key == key }?.action
  }

  /// The keys that are always shown, each with its words: "← → wind".
  static let shown = groups(of: AuditionKey.table.filter(\.isAlwaysShown), by: \.words)
    .map { "\(signs(of: $0.keys)) \($0.text)" }

  /// The name of the key for an action, as used in a sentence; empty if there is none.
  static func name(of action: AuditionAction) -> String {
    AuditionKey.table.first { $0.action == action }?.name.word ?? ""
  }

  /// All keys and what they do, a line each.
  package static let help: String = {
    let lines = groups(of: AuditionKey.table, by: \.explanation).map {
      (names: names(of: $0.keys), text: $0.text)
    }
    let rows = lines.map { [$0.names, $0.text] }
    let table = Table(columns: [Table.Column(gap: 0), Table.Column()]).fitted(to: rows)
    return rows.map { table.line($0) }.joined(separator: "\n")
  }()

  private static func groups(
    of keys: [AuditionKey], by text: (AuditionKey) -> String
  ) -> [(keys: [AuditionKey], text: String)] {
    keys.reduce(into: []) { groups, key in
      if groups.last?.text == text(key) {
        groups[groups.count - 1].keys.append(key)
      } else {
        groups.append(([key], text(key)))
      }
    }
  }

  private static func signs(of keys: [AuditionKey]) -> String {
    joined(keys.map(\.name.sign))
  }

  private static func names(of keys: [AuditionKey]) -> String {
    joined(keys.map(\.name.word))
  }

  /// "← →", "1–5".
  private static func joined(_ names: [String]) -> String {
    guard names.count > 2, let first = names.first, let last = names.last else {
      return names.joined(separator: " ")
    }
    return "\(first)–\(last)"
  }
}

extension AuditionKey.Name {
  /// The key of the terminal.
  var key: Key {
    switch self {
    case .character(let character): .character(character)
    case .space: .character(" ")
    case .enter: .enter
    case .escape: .escape
    case .home: .home
    case .left: .left
    case .right: .right
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    }
  }

  /// The key's name.
  var word: String {
    switch self {
    case .character(let character): "\(character)"
    case .space: "space"
    case .enter: "Enter"
    case .escape: "Esc"
    case .home: "Home"
    case .left: "←"
    case .right: "→"
    case .shiftLeft: "Shift-←"
    case .shiftRight: "Shift-→"
    }
  }

  /// The key's short name, for where there is little room.
  var sign: String { self == .enter ? "⏎" : word }
}
