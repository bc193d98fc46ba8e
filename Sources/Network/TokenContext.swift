import CSIMD

/// What a network is told of a sequence beside its tokens: what they say so far, so that it need not
/// remember that, and whatever else belongs to the sequence, be it still ahead.
///
/// A value is made for one sequence and stands before its first token. A copy goes on for itself: a
/// context is a value all through, or what is shared in it never changes.
///
/// Three things are told after each token:
///
/// - `F` numbers, few of them other than 0, that the network reads beside the token's embedding;
/// - *links*: what stands in a relation to what has sounded. The network draws up `J` weights from
///   its last output, and a link adds a run of them, times a number, to the logits of a run of
///   tokens: "a third above the key that was struck last" is one weight wherever that key lies;
/// - which tokens cannot come next: they get next to no probability.
public protocol TokenContext: Sendable {
  /// How many numbers the network reads beside a token's embedding, `F`; the same after each token.
  var featureCount: Int { get }

  /// How many weights the links share, `J`; the same after each token.
  var filterCount: Int { get }

  /// Goes on by one token, which is one of the network's.
  mutating func advance(_ token: UInt16)

  /// Adds the numbers that are not 0: their places, 0..<F, each once, and what they are.
  func appendFeatures(to rows: inout ContextRows)

  /// Adds the links: runs of tokens within 0..<V and of weights within 0..<J.
  func appendLinks(to rows: inout ContextRows)

  /// Writes whether each token may come next, `[V]`; all are true before.
  func fill(possible: inout ArraySlice<Bool>)
}

/// A sequence and what tells a network of it, which is made for this sequence and stands before its
/// first token.
public struct TokenSequence: Sendable {
  /// The tokens.
  public var tokens: [UInt16]
  /// What tells of them; `nil` for a network that is told nothing.
  public var context: (any TokenContext)?

  /// A sequence, and what tells of it.
  public init(_ tokens: [UInt16], context: (any TokenContext)? = nil) {
    self.tokens = tokens
    self.context = context
  }
}

extension NetworkShape {
  /// Whether a network of this shape is told anything beside the tokens.
  var isTold: Bool { context > 0 || filters > 0 }

  /// - Throws: ``NetworkError/context(needed:given:)`` when `told` does not tell what a network of
  ///   this shape is told.
  func check(_ told: (any TokenContext)?) throws {
    let (features, links) = (told?.featureCount ?? 0, told?.filterCount ?? 0)
    guard context == features, filters == links else {
      throw NetworkError.context(needed: context + filters, given: features + links)
    }
  }

  /// The same for a sequence; one of which nothing is read, with fewer than two tokens, may be told
  /// of by anything or nothing.
  func check(_ sequence: TokenSequence) throws {
    if sequence.tokens.count > 1 { try check(sequence.context) }
  }
}

/// What contexts say after each of `R` tokens.
public struct ContextRows: Sendable {
  /// What the logit of a token is lowered by that cannot come next: it keeps a probability, so that
  /// a sequence that holds it all the same has a likelihood. e^−16 is 1 in 9 million.
  static let penalty: Float = 16

  /// Where each row's features begin, `[R + 1]`.
  private(set) var starts = [0]
  /// The features' places, 0..<F.
  private(set) var places: [UInt16] = []
  /// Their numbers.
  private(set) var numbers: [Float] = []
  /// Where each row's links begin, `[R + 1]`.
  private(set) var linkStarts = [0]
  private(set) var links: [Link] = []
  /// Whether each token may come next, `[R, V]`.
  private(set) var possible: [Bool] = []

  /// `number` times the weights `filter…` is added to the logits `token…`, `count` of them.
  struct Link {
    var token: UInt16
    var filter: UInt16
    var count: UInt16
    var number: Float
  }

  /// No rows.
  public init() {}

  /// Makes room for `rows` rows of a vocabulary.
  init(rows: Int, vocabulary: Int) {
    starts.reserveCapacity(rows + 1)
    possible.reserveCapacity(rows * vocabulary)
  }

  /// The rows of several, one after the other.
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

  /// Has no rows any more, and room for as much as there was.
  mutating func removeAll() {
    starts.removeSubrange(1...)
    linkStarts.removeSubrange(1...)
    places.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    links.removeAll(keepingCapacity: true)
    possible.removeAll(keepingCapacity: true)
  }

  /// Adds a feature to the row that is written.
  public mutating func append(_ place: Int, _ number: Float) {
    places.append(UInt16(place))
    numbers.append(number)
  }

  /// Adds a link to the row that is written: `number` times the weights from `filter` on, for the
  /// tokens from `token` on, `count` of them.
  public mutating func link(token: Int, filter: Int, count: Int = 1, number: Float = 1) {
    links.append(
      Link(
        token: UInt16(token), filter: UInt16(filter), count: UInt16(count), number: number))
  }

  /// Writes a row; `nil` for one with no features, after which all may come.
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

  /// The rows written.
  var count: Int { starts.count - 1 }

  /// Whether everything told is within what a network of `shape` has.
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
  /// Adds the row's numbers times the rows of `matrix` `[F, width]` that they stand for to `target`
  /// `[width]`, in some columns.
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

  /// Adds `source` `[width]` times the row's numbers to the rows of `matrix` `[F, width]` that they
  /// stand for: the way back.
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

  /// Adds the row's links: runs of `weights` `[J]` to runs of `logits` `[V]`.
  func addLinks(of row: Int, of weights: FloatAddress, to logits: FloatAddress) {
    for link in links[linkStarts[row]..<linkStarts[row + 1]] {
      let source = unsafe weights.pointer + Int(link.filter)
      let target = unsafe logits.pointer + Int(link.token)
      for index in 0..<Int(link.count) { unsafe target[index] += link.number * source[index] }
    }
  }

  /// Adds what the logits' gradients `[V]` say of the weights `[J]`: the way back.
  func addLinks(of row: Int, backFrom logits: FloatAddress, to weights: FloatAddress) {
    for link in links[linkStarts[row]..<linkStarts[row + 1]] {
      let target = unsafe weights.pointer + Int(link.filter)
      let source = unsafe logits.pointer + Int(link.token)
      for index in 0..<Int(link.count) { unsafe target[index] += link.number * source[index] }
    }
  }

  /// Lowers the logits `[V]` of what cannot follow on a row.
  func lowerImpossible(of row: Int, vocabulary: Int, in logits: FloatAddress) {
    for token in 0..<vocabulary where !possible[row * vocabulary + token] {
      unsafe logits.pointer[token] -= Self.penalty
    }
  }
}
