import Library

/// Which takes to play, to render or to export.
public struct TakeChoice: Sendable {
  /// Takes by name, in this order.
  public var names: [TakeName]
  /// A filter whose matches are added, oldest first; `nil` for none.
  public var filter: TakeFilter?
  /// The part of the take; only for a single take.
  public var part = TakePart()
  /// Whether the end of its primer comes before each take that has one in the library.
  public var withPrimer = false

  /// A choice of takes by name and by filter.
  public init(_ names: [TakeName] = [], matching filter: TakeFilter? = nil) {
    self.names = names
    self.filter = filter
  }
}

extension Project {
  /// The takes of a choice.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`.
  func takes(of choice: TakeChoice) throws -> [TakeSummary] {
    let named = try choice.names.map { try summary(of: $0) }
    guard let filter = choice.filter else { return named }
    let known = Set(named.map(\.number))
    let all =
      try named
      + library.takes(matching: filter.query(of: library))
      .filter { !known.contains($0.number) }.sorted { $0.number < $1.number }
    guard !all.isEmpty else { throw WorkbenchError.noMatch(project: settings.name) }
    return all
  }
}
