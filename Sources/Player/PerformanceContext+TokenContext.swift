public import Network
public import Performance

/// Makes ``PerformanceContext`` a network's additional input.
extension PerformanceContext: TokenContext {
  /// The number of context features, `F`.
  public var featureCount: Int { Self.count }

  /// The number of filter weights that the links share, `J`.
  public var filterCount: Int { Self.filters }

  /// Appends the non-zero features.
  public func appendFeatures(to rows: inout ContextRows) {
    forEachFeature { rows.append($0, $1) }
  }

  /// Appends the links to what has sounded.
  public func appendLinks(to rows: inout ContextRows) {
    forEachLink {
      rows.link(token: $0.token, filter: $0.filter, count: $0.count, number: $0.number)
    }
  }
}
