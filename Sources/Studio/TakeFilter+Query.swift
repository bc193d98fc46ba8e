import Workbench

extension TakeFilter {
  /// The most takes that one answer lists.
  private static let most = 1000

  /// Reads what a list of takes is narrowed by.
  ///
  /// - Throws: ``StudioError/badRequest(cause:)`` for a name that is none, or a value that it cannot have.
  init(query: [(name: String, value: String)]) throws(StudioError) {
    self.init(limit: 50)
    for (name, text) in query {
      switch name {
      case "origin": origin = try Self.read(name, text, as: Origin.init)
      case "verdict": verdict = try Self.read(name, text, as: Verdict.init)
      case "search": search = text
      case "rating": leastRating = try Self.read(name, text) { Int($0) }
      case "round": round = try Self.read(name, text) { Int($0) }
      case "since": since = try Self.read(name, text) { Since($0) }
      case "heldOut": heldOut = try Self.read(name, text) { Bool($0) }
      case "before": before = try Self.read(name, text) { Int64($0) }
      case "limit": limit = try Self.read(name, text) { Int($0) }
      default: throw .badRequest(cause: "takes are not narrowed by \"\(name)\"")
      }
    }
    guard 1...Self.most ~= limit else {
      throw .badRequest(cause: "limit must be from 1 to \(Self.most)")
    }
  }

  private static func read<Value>(
    _ name: String, _ text: String, as value: (String) -> Value?
  ) throws(StudioError) -> Value {
    guard let value = value(text) else {
      throw .badRequest(cause: "\(name) cannot be \"\(text)\"")
    }
    return value
  }
}
