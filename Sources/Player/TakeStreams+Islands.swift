import Foundation
import Network
import Performance

/// The streams that compete for one take.
struct Island {
  /// Their numbers.
  let streams: Range<Int>
  /// Draws which streams go on, and their new seeds.
  var random: SeededGenerator
  /// How many boundaries all streams have passed.
  var boundary = 0
  /// Each stream's log weight when streams were drawn last, which counts no more.
  var settled: [Float]
  /// The effective sample sizes at all boundaries.
  private var sizes: [Double] = []

  init(streams: Range<Int>, seed: UInt64, number: Int) {
    self.streams = streams
    // Far from the numbers of streams.
    random = SeededGenerator(seed: seed, stream: 1 << 40 + number)
    settled = Array(repeating: 0, count: streams.count)
  }

  /// The mean of the effective sample sizes so far.
  var effectiveStreams: Double {
    sizes.isEmpty ? Double(streams.count) : sizes.reduce(0, +) / Double(sizes.count)
  }

  /// Draws the streams that go on, if too few of them count.
  ///
  /// - Parameter logWeights: Each stream's log weight of all that it had played at the boundary.
  /// - Returns: For each stream the number of the one that it becomes a copy of; `nil` for no change.
  mutating func survivors(_ logWeights: [Float], threshold: Double) -> [Int]? {
    let shares = shares(logWeights)
    let effective = 1 / shares.reduce(0) { $0 + $1 * $1 }
    sizes.append(effective)
    guard effective < threshold * Double(streams.count) else { return nil }
    let parents = Self.systematic(shares, at: Double.random(in: 0..<1, using: &random))
    settled = parents.map { logWeights[$0] }
    return parents.map { streams.lowerBound + $0 }
  }

  /// The stream that becomes the take, drawn by the final weights.
  mutating func winner(_ logWeights: [Float]) -> Int {
    var left = Double.random(in: 0..<1, using: &random)
    let shares = shares(logWeights)
    for (stream, share) in zip(streams, shares) where share > 0 {
      left -= share
      if left < 0 { return stream }
    }
    return streams.lowerBound + (shares.indices.max { shares[$0] < shares[$1] } ?? 0)
  }

  /// Each stream's share of the island's weight; equal ones if none has any.
  private func shares(_ logWeights: [Float]) -> [Double] {
    let logs = zip(logWeights, settled).map { weight, settled in
      settled == -.infinity ? -.infinity : Double(weight - settled)
    }
    let most = logs.max() ?? 0
    guard most > -.infinity else { return logs.map { _ in 1 / Double(logs.count) } }
    let weights = logs.map { exp($0 - most) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Systematic resampling: as many draws as shares, by a comb of equal distances that is shifted by
  /// `offset`, 0..<1, of one of them. A stream that is drawn keeps its own place.
  static func systematic(_ shares: [Double], at offset: Double) -> [Int] {
    var copies = Array(repeating: 0, count: shares.count)
    var (sum, next) = (0.0, offset)
    for (index, share) in shares.enumerated() {
      sum += share * Double(shares.count)
      while next < sum {
        copies[index] += 1
        next += 1
      }
    }
    // Rounding may leave the last one out.
    if let last = shares.lastIndex(where: { $0 > 0 }) {
      copies[last] += shares.count - copies.reduce(0, +)
    }
    var spare = copies.indices.flatMap { Array(repeating: $0, count: max(0, copies[$0] - 1)) }
    return copies.indices.map { copies[$0] > 0 ? $0 : spare.removeLast() }
  }
}

extension TakeStreams {
  /// A stream's log weight of all that it has played, without the judge's.
  private func weight(of stream: TakeStream) -> Float {
    func times(_ exponent: Float, _ value: Float) -> Float { exponent == 0 ? 0 : exponent * value }
    return stream.logWeight + times(competition.massExponent, stream.logMass)
      + times(competition.biasExponent, stream.logBias)
      + times(competition.givenExponent, stream.logGiven)
  }

  /// The log weight of a stream since the streams of its island were drawn last.
  func recentLogWeight(_ stream: Int, of island: Int) -> Float {
    let island = islands[island]
    return weight(of: streams[stream]) - island.settled[stream - island.streams.lowerBound]
  }

  /// Lets the streams of each island that has passed a boundary compete.
  ///
  /// Streams do not wait for each other: one that is ahead is weighed by what it had played at the boundary,
  /// and its copies have also what it has played since.
  func compete() throws {
    for stream in streams { stream.noteCrossings(weight) }
    let ready = islands.indices.filter { number in
      let island = islands[number]
      let going = streams[island.streams].filter(\.isGenerating)
      // The complete ones have passed all boundaries.
      guard let slowest = going.map(\.crossings.count).min() else { return false }
      return slowest > island.boundary
    }
    guard !ready.isEmpty else { return }
    for number in ready {
      islands[number].boundary =
        streams[islands[number].streams].filter(\.isGenerating).map(\.crossings.count).min() ?? 0
    }
    let weights = try logWeights(of: ready, complete: false)
    var parents = Array(streams.indices)
    for (number, weights) in zip(ready, weights) {
      guard let survivors = islands[number].survivors(weights, threshold: competition.threshold)
      else { continue }
      parents.replaceSubrange(islands[number].streams, with: survivors)
    }
    guard parents != Array(streams.indices) else { return }
    select(parents)
    for number in ready {
      for stream in islands[number].streams where parents[stream] != stream {
        reseed(stream, seed: islands[number].random.next())
      }
    }
  }

  /// The log weights of the streams of some islands, `[islands][streams]`: at the boundary that all of them
  /// have passed, or of all that they have played.
  private func logWeights(of numbers: [Int], complete: Bool) throws -> [[Float]] {
    var weights: [[Float]] = []
    var prefixes: [Competition.Prefix] = []
    for number in numbers {
      let island = islands[number]
      weights.append(
        streams[island.streams].map { stream in
          let isWhole = complete || stream.crossings.count < island.boundary
          let crossing = isWhole ? nil : stream.crossings[island.boundary - 1]
          if competition.judge != nil {
            prefixes.append(
              Competition.Prefix(
                notes: Decoding.notes(
                  of: Array(stream.tokens.prefix(crossing?.events ?? Int.max)),
                  startingAtBin: stream.firstBin),
                boundary: isWhole ? nil : island.boundary))
          }
          return crossing?.logWeight ?? weight(of: stream)
        })
    }
    guard let judge = competition.judge else { return weights }
    var verdicts = try judge(prefixes)[...]
    for index in weights.indices {
      for stream in weights[index].indices { weights[index][stream] += verdicts.removeFirst() }
    }
    return weights
  }

  /// The number of the stream that is the take of an island.
  func winner(of number: Int) throws -> Int {
    let streams = islands[number].streams
    guard streams.count > 1 else { return streams.lowerBound }
    let weights = try logWeights(of: [number], complete: true)[0]
    // A copy, so that asking twice gives the same answer.
    var island = islands[number]
    return island.winner(weights)
  }
}
