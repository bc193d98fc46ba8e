@testable import Network

/// A small context: which tokens have come and how often, and a window around the last one.
struct Counting: TokenContext {
  var featureCount: Int { 6 }
  var filterCount: Int { 5 }

  private var last: Int?
  private var counts = [0, 0, 0]

  mutating func advance(_ token: UInt16) {
    last = Int(token)
    counts[Int(token) % 3] += 1
  }

  func appendFeatures(to rows: inout ContextRows) {
    for (index, count) in counts.enumerated() where count > 0 {
      rows.append(index, Float(count) / 4)
    }
    if let last { rows.append(3 + last % 3, 1) }
  }

  func appendLinks(to rows: inout ContextRows) {
    guard let last else { return }
    // The three tokens from the last one on, in a vocabulary of 7 at least.
    rows.link(token: min(last, 4), filter: 0, count: 3, number: 0.5)
    rows.link(token: 0, filter: 2, count: 3, number: -1)
  }

  /// No token comes twice in a row.
  func fill(possible: inout ArraySlice<Bool>) {
    for index in possible.indices { possible[index] = index - possible.startIndex != last }
  }

  // MARK: - The same in plain words

  /// All the numbers, `[F]`.
  var numbers: [Double] {
    counts.map { Double($0) / 4 } + (0..<3).map { $0 == last.map { $0 % 3 } ? 1 : 0 }
  }

  /// What the links and the last token make of `logits` `[V]`.
  func change(_ logits: [Double], _ filters: [Double]) -> [Double] {
    guard let last else { return logits }
    var logits = logits
    for index in 0..<3 {
      logits[min(last, 4) + index] += 0.5 * filters[index]
      logits[index] -= filters[2 + index]
    }
    logits[last] -= 16
    return logits
  }

  /// What is told after each of `tokens` `[T, lanes]`.
  static func rows(_ tokens: [UInt16], lanes: Int, _ shape: NetworkShape) -> ContextRows {
    var contexts = Array(repeating: Counting(), count: lanes)
    var rows = ContextRows(rows: tokens.count, vocabulary: shape.vocabulary)
    for (place, token) in tokens.enumerated() {
      contexts[place % lanes].advance(token)
      rows.append(contexts[place % lanes], vocabulary: shape.vocabulary)
    }
    return rows
  }
}

extension Weights {
  /// Weights of a network that ``Counting`` tells, and that makes something of it.
  static func withContext(_ shape: NetworkShape, seed: UInt64) -> Weights {
    var weights = Weights(Weights(shape: shape, seed: seed), toldBy: Counting())
    var random = SeededGenerator(seed: seed + 1)
    for name in weights.names where name.hasPrefix("context.") {
      weights[name] = weights[name]?.map { _ in Float.random(in: -0.5...0.5, using: &random) }
    }
    return weights
  }
}
