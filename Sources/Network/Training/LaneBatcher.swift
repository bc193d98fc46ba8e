/// A training set of sequences, which may be augmented differently in each pass.
public protocol TrainingCorpus: Sendable {
  /// How many sequences there are.
  var count: Int { get }

  /// The weight of a sequence's events in the loss, above 0; normally 1.
  func weight(at index: Int) -> Float

  /// A sequence with its context, as augmented in a pass; deterministic for `index` and `pass`.
  func sequence(at index: Int, pass: Int) -> TokenSequence
}

/// A batch of `T` steps of `N` lanes, step-major.
struct Chunk {
  /// Input tokens, `[T, N]`.
  var inputs: [UInt16]
  /// The tokens that follow them, `[T, N]`; ``CrossEntropy/ignored`` for padding.
  var targets: [Int32]
  /// Each target's weight in the loss, `[T, N]`; 0 for padding.
  var weights: [Float]
  /// Lanes on which a sequence begins with this chunk.
  var resets: [Int]
  /// The index of each lane's sequence; `nil` for an empty lane.
  var sequences: [Int?]
  /// The number of targets without padding.
  var events: Int
  /// The context input after each token, `T·N` rows; `nil` for a network without context input.
  var context: ContextRows?
}

/// Distributes sequences over lanes (batch rows) and cuts them into chunks.
///
/// A sequence starts with a chunk and the initial state, and continues in its lane through the following
/// chunks; the rest of its last chunk is padding. The order is a shuffle that depends on seed and pass. The
/// first event of a sequence is only input, never a target.
struct LaneBatcher {
  /// A lane's position in its sequence.
  struct Lane: Codable, Hashable {
    var sequence: Int
    var pass: Int
    /// The next input's index in the sequence.
    var position: Int
  }

  /// The position in the training set, which determines the next chunk.
  struct Position: Codable, Hashable {
    var pass = 0
    /// How many sequences of the pass have been assigned to lanes.
    var taken = 0
    var lanes: [Lane?]
  }

  private(set) var position: Position
  let steps: Int
  private let corpus: any TrainingCorpus
  private let seed: UInt64
  private let shuffles: Bool
  private let passes: Int
  private var order: [Int] = []
  /// The shape of the network that the sequences are for; `nil` for a network without context input.
  private let shape: NetworkShape?
  /// Each lane's sequence.
  private var tokens: [[UInt16]] = []
  /// Each lane's context, advanced as far as the lane has been read.
  private var contexts: [(any TokenContext)?] = []

  /// - Parameters:
  ///   - passes: How many passes over the corpus to make.
  ///   - shape: The shape of the network that the sequences are for, which decides whether their contexts are
  ///     used; `nil` for a network without context input.
  ///   - position: Where to resume; `nil` for the beginning.
  /// - Throws: ``NetworkError/context(needed:given:)`` when the context of a sequence to be resumed does not
  ///   fit the network.
  init(
    _ corpus: any TrainingCorpus, lanes: Int, steps: Int, passes: Int, seed: UInt64,
    shuffles: Bool = true, telling shape: NetworkShape? = nil, from position: Position? = nil
  ) throws {
    self.corpus = corpus
    self.steps = steps
    self.passes = passes
    self.seed = seed
    self.shuffles = shuffles
    self.position = position ?? Position(lanes: Array(repeating: nil, count: lanes))
    self.shape = shape
    for lane in self.position.lanes {
      var sequence = try lane.map { try read($0.sequence, pass: $0.pass) } ?? TokenSequence([])
      for token in sequence.tokens.prefix(lane?.position ?? 0) {
        sequence.context?.advance(token)
      }
      tokens.append(sequence.tokens)
      contexts.append(sequence.context)
    }
    order = Self.order(corpus.count, seed: seed, pass: self.position.pass, shuffles: shuffles)
  }

  /// A sequence of the corpus; without its context if the network has no context input.
  private func read(_ index: Int, pass: Int) throws -> TokenSequence {
    var sequence = corpus.sequence(at: index, pass: pass)
    try shape?.check(sequence)
    if shape?.hasContext != true { sequence.context = nil }
    return sequence
  }

  /// Makes the next chunk; `nil` when all passes are made.
  ///
  /// - Throws: ``NetworkError/context(needed:given:)`` when the context of a sequence that begins does
  ///   not fit the network.
  mutating func next() throws -> Chunk? {
    let count = position.lanes.count
    var chunk = Chunk(
      inputs: Array(repeating: 0, count: steps * count),
      targets: Array(repeating: CrossEntropy.ignored, count: steps * count),
      weights: Array(repeating: 0, count: steps * count), resets: [],
      sequences: Array(repeating: nil, count: count), events: 0)
    for index in 0..<count {
      if position.lanes[index] == nil, let sequence = take() {
        position.lanes[index] = Lane(sequence: sequence, pass: position.pass, position: 0)
        let sequence = try read(sequence, pass: position.pass)
        (tokens[index], contexts[index]) = (sequence.tokens, sequence.context)
        chunk.resets.append(index)
      }
      guard var lane = position.lanes[index] else { continue }
      let sequence = tokens[index]
      let weight = corpus.weight(at: lane.sequence)
      let end = min(lane.position + steps, sequence.count - 1)
      for (step, place) in (lane.position..<max(lane.position, end)).enumerated() {
        chunk.inputs[step * count + index] = sequence[place]
        chunk.targets[step * count + index] = Int32(sequence[place + 1])
        chunk.weights[step * count + index] = weight
      }
      chunk.events += max(0, end - lane.position)
      chunk.sequences[index] = lane.sequence
      lane.position = end
      position.lanes[index] = end >= sequence.count - 1 ? nil : lane
    }
    guard chunk.sequences.contains(where: { $0 != nil }) else { return nil }
    tell(&chunk)
    return chunk
  }

  /// Advances the lanes' contexts through a chunk and adds their rows to it.
  private mutating func tell(_ chunk: inout Chunk) {
    guard let shape, shape.hasContext else { return }
    var rows = ContextRows(rows: chunk.inputs.count, vocabulary: shape.vocabulary)
    for (row, token) in chunk.inputs.enumerated() {
      guard chunk.targets[row] != CrossEntropy.ignored else {
        rows.append(nil, vocabulary: shape.vocabulary)
        continue
      }
      contexts[row % contexts.count]?.advance(token)
      rows.append(contexts[row % contexts.count], vocabulary: shape.vocabulary)
    }
    chunk.context = rows
  }

  /// The next sequence of this pass, or of the next pass when this one is complete.
  private mutating func take() -> Int? {
    guard position.pass < passes, corpus.count > 0 else { return nil }
    if position.taken == order.count {
      guard position.pass + 1 < passes else { return nil }
      position.pass += 1
      position.taken = 0
      order = Self.order(corpus.count, seed: seed, pass: position.pass, shuffles: shuffles)
    }
    defer { position.taken += 1 }
    return order[position.taken]
  }

  private static func order(_ count: Int, seed: UInt64, pass: Int, shuffles: Bool) -> [Int] {
    guard shuffles else { return Array(0..<count) }
    var random = SeededGenerator(seed: seed, stream: pass)
    return Array(0..<count).shuffled(using: &random)
  }
}

/// A corpus of fixed sequences, without augmentation and all of weight 1.
struct PlainCorpus: TrainingCorpus {
  var sequences: [TokenSequence]

  var count: Int { sequences.count }
  func weight(at index: Int) -> Float { 1 }
  func sequence(at index: Int, pass: Int) -> TokenSequence { sequences[index] }
}
