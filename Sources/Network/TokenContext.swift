import CSIMD

/// A network's additional input beside a sequence's tokens: what follows from the tokens so far, so that
/// the network need not remember it, and anything else known of the sequence, even of its future.
///
/// A value is made for one sequence and starts before its first token. Copies must advance independently:
/// a conforming type has value semantics, or shares only immutable state.
///
/// After each token it gives three things:
///
/// - `F` context features, a sparse vector that the network reads beside the token's embedding;
/// - *links*, which tie tokens to what has sounded before. From its last hidden state the network computes
///   `J` filter weights; a link adds a run of them, times a number, to the logits of a run of tokens. So
///   "a third above the key that was struck last" is one weight wherever that key lies;
/// - which tokens are impossible next: their logits are lowered by ``ContextRows/penalty``.
public protocol TokenContext: Sendable {
  /// The number of context features, `F`; constant over the sequence.
  var featureCount: Int { get }

  /// The number of filter weights that links refer to, `J`; constant over the sequence.
  var filterCount: Int { get }

  /// Advances by one token, which is within the network's vocabulary.
  mutating func advance(_ token: UInt16)

  /// Appends the non-zero features: indices in 0..<F, each at most once, with their values.
  func appendFeatures(to rows: inout ContextRows)

  /// Appends the links: runs of tokens within 0..<V and of filter weights within 0..<J.
  func appendLinks(to rows: inout ContextRows)

  /// Sets to false each token that cannot come next, `[V]`; all are true beforehand.
  func fill(possible: inout ArraySlice<Bool>)
}

/// A sequence of tokens with its context, which starts before the first token.
public struct TokenSequence: Sendable {
  /// The tokens.
  public var tokens: [UInt16]
  /// The context, made for this sequence; `nil` for a network without context input.
  public var context: (any TokenContext)?

  /// A sequence and its context.
  public init(_ tokens: [UInt16], context: (any TokenContext)? = nil) {
    self.tokens = tokens
    self.context = context
  }
}

extension NetworkShape {
  /// Whether a network of this shape has context input.
  var hasContext: Bool { context > 0 || filters > 0 }

  /// Checks that a context has this shape's numbers of features and filters.
  ///
  /// - Throws: ``NetworkError/context(needed:given:)`` if not.
  func check(_ told: (any TokenContext)?) throws {
    let (features, links) = (told?.featureCount ?? 0, told?.filterCount ?? 0)
    guard context == features, filters == links else {
      throw NetworkError.context(needed: context + filters, given: features + links)
    }
  }

  /// The same for a sequence's context; sequences of fewer than two tokens are never
  /// read and pass unchecked.
  func check(_ sequence: TokenSequence) throws {
    if sequence.tokens.count > 1 { try check(sequence.context) }
  }
}

/// The context input after each of `R` tokens: sparse features, links and masks, a row each.
public struct ContextRows: Sendable {
  /// What the logit of an impossible token is lowered by. It is finite, so that a sequence that holds such
  /// a token still has a likelihood; e^−16 is 1 in 9 million.
  static let penalty: Float = 16

  /// Offsets of each row's features, `[R + 1]`.
  private(set) var starts = [0]
  /// The features' indices, 0..<F.
  private(set) var places: [UInt16] = []
  /// The features' values.
  private(set) var numbers: [Float] = []
  /// Offsets of each row's links, `[R + 1]`.
  private(set) var linkStarts = [0]
  private(set) var links: [Link] = []
  /// Whether each token may come next, `[R, V]`.
  private(set) var possible: [Bool] = []

  /// Adds `number` times `count` filter weights from `filter` on to as many logits from `token` on.
  struct Link {
    var token: UInt16
    var filter: UInt16
    var count: UInt16
    var number: Float
  }

  /// No rows.
  public init() {}

  /// No rows, with capacity for `rows` of them.
  init(rows: Int, vocabulary: Int) {
    starts.reserveCapacity(rows + 1)
    possible.reserveCapacity(rows * vocabulary)
  }

  /// The rows of several values, concatenated.
  init(joining others: [ContextRows]) {
    starts.reserveCapacity(others.reduce(1) { $0 + $1.count })
    places.reserveCapacity(others.reduce(0) { $0 + $1.places.count })
    numbers.reserveCapacity(places.capacity)
    links.reserveCapacity(others.reduce(0) { $0 + $1.links.count })
    possible.reserveCapacity(others.reduce(0) { $0 + $1.possible.count })
    for other in others {
      let (place, link) = (places.count, links.count)
      for row in 1..<other.starts.count {
        starts.append(place + other.starts[row])
        linkStarts.append(link + other.linkStarts[row])
      }
      places += other.places
      numbers += other.numbers
      links += other.links
      possible += other.possible
    }
  }

  /// Removes all rows and keeps the capacity.
  mutating func removeAll() {
    starts.removeSubrange(1...)
    linkStarts.removeSubrange(1...)
    places.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    links.removeAll(keepingCapacity: true)
    possible.removeAll(keepingCapacity: true)
  }

  /// Adds a feature to the current row.
  public mutating func append(_ place: Int, _ number: Float) {
    places.append(UInt16(place))
    numbers.append(number)
  }

  /// Adds a link to the current row: `number` times `count` filter weights from `filter` on, for as many
  /// tokens from `token` on.
  public mutating func link(token: Int, filter: Int, count: Int = 1, number: Float = 1) {
    links.append(
      Link(
        token: UInt16(token), filter: UInt16(filter), count: UInt16(count), number: number))
  }

  /// Appends a context's row; `nil` appends one without features or links in which all tokens are possible.
  mutating func append(_ context: (any TokenContext)?, vocabulary: Int) {
    let first = possible.count
    possible.append(contentsOf: repeatElement(true, count: vocabulary))
    if let context {
      context.appendFeatures(to: &self)
      context.appendLinks(to: &self)
      context.fill(possible: &possible[first...])
    }
    starts.append(places.count)
    linkStarts.append(links.count)
  }

  /// The number of complete rows.
  var count: Int { starts.count - 1 }

  /// Whether all feature, filter and token indices are within a network of `shape`.
  func fit(_ shape: NetworkShape) -> Bool {
    places.allSatisfy { Int($0) < shape.context }
      && links.allSatisfy {
        Int($0.token) + Int($0.count) <= shape.vocabulary
          && Int($0.filter) + Int($0.count) <= shape.filters
      }
  }
}

// MARK: - Sums over the rows of a matrix

extension ContextRows {
  /// Adds the features of `row` · `matrix` `[F, width]` to `target` `[width]`, for some of the columns.
  func addRows(
    of row: Int, of matrix: FloatAddress, width: Int, columns: Range<Int>, to target: FloatAddress
  ) {
    let (first, count) = (starts[row], starts[row + 1] - starts[row])
    unsafe places[first..<first + count].withUnsafeBufferPointer { places in
      unsafe numbers[first..<first + count].withUnsafeBufferPointer { numbers in
        unsafe woodshed_add_rows(
          VectorWidth.widest, columns.count, target.pointer + columns.lowerBound,
          matrix.pointer + columns.lowerBound, width, places.baseAddress, numbers.baseAddress,
          count)
      }
    }
  }

  /// The backward pass of ``addRows(of:of:width:columns:to:)``: adds `source` `[width]` times each feature
  /// to that feature's row of `matrix` `[F, width]`.
  func add(
    _ source: FloatAddress, width: Int, columns: Range<Int>, toRowsOf row: Int,
    of matrix: FloatAddress
  ) {
    for index in starts[row]..<starts[row + 1] {
      let number = numbers[index]
      let target = unsafe matrix.pointer + Int(places[index]) * width
      unsafe woodshed_add(
        VectorWidth.widest, columns.count, target + columns.lowerBound,
        source.pointer + columns.lowerBound, number)
    }
  }

  /// Applies the row's links: adds runs of filter `weights` `[J]` to runs of `logits` `[V]`.
  func addLinks(of row: Int, of weights: FloatAddress, to logits: FloatAddress) {
    for link in links[linkStarts[row]..<linkStarts[row + 1]] {
      let source = unsafe weights.pointer + Int(link.filter)
      let target = unsafe logits.pointer + Int(link.token)
      for index in 0..<Int(link.count) { unsafe target[index] += link.number * source[index] }
    }
  }

  /// The backward pass of ``addLinks(of:of:to:)``: from the logits' gradients `[V]` to those of the filter
  /// weights `[J]`.
  func addLinks(of row: Int, backFrom logits: FloatAddress, to weights: FloatAddress) {
    for link in links[linkStarts[row]..<linkStarts[row + 1]] {
      let target = unsafe weights.pointer + Int(link.filter)
      let source = unsafe logits.pointer + Int(link.token)
      for index in 0..<Int(link.count) { unsafe target[index] += link.number * source[index] }
    }
  }

  /// Lowers the logits `[V]` of the tokens that are impossible after a row by ``penalty``.
  func lowerImpossible(of row: Int, vocabulary: Int, in logits: FloatAddress) {
    for token in 0..<vocabulary where !possible[row * vocabulary + token] {
      unsafe logits.pointer[token] -= Self.penalty
    }
  }
}
