public import Network
public import Performance

/// A performance's events, followed for the network.
extension PerformanceContext: TokenContext {
  /// The numbers that are told, `F`.
  public var featureCount: Int { Self.count }

  /// The weights that the links share, `J`.
  public var filterCount: Int { Self.filters }

  /// Adds the numbers that are not 0.
  public func appendFeatures(to rows: inout ContextRows) {
    describe { rows.append($0, $1) }
  }

  /// Adds the links to what has sounded.
  public func appendLinks(to rows: inout ContextRows) {
    relate { rows.link(token: $0.token, filter: $0.filter, count: $0.count, number: $0.number) }
  }
}
