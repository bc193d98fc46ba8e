internal import Disk
public import Foundation

extension TrainingRun {
  /// The first bytes of a file that holds a run.
  private static let magic: [UInt8] = Array("WOODRUN3".utf8)

  /// Those of older files, which end without a checksum.
  private static let oldMagic: [UInt8] = Array("WOODRUN2".utf8)

  /// What stands in the file before the numbers.
  struct Header: Codable {
    /// The options that a run keeps when it is gone on with.
    struct Options: Codable {
      var lanes: Int
      var steps: Int
      var averaging: Float
      var seed: UInt64
    }

    var shape: NetworkShape
    var options: Options
    var position: LaneBatcher.Position
    var counters: Counters
    var random: SeededGenerator
    var updates: Int
    var hasAnchor: Bool
    /// Sequences of the corpus, to notice another one.
    var sequences: Int

    /// Far beyond any training, and small enough to count on without overflow.
    private static let most = 1 << 48

    /// How many numbers come after it.
    var floats: Int {
      (4 + (hasAnchor ? 1 : 0) + (options.averaging > 0 ? 1 : 0)) * shape.parameterCount
        + 2 * shape.layers * options.lanes * shape.hidden
    }

    /// Whether its numbers can be worked with, as far as can be told without a corpus: a file may hold
    /// anything.
    var isSound: Bool {
      let sizes = [shape.vocabulary, shape.embedding, shape.hidden]
      return sizes.allSatisfy { 1...65_536 ~= $0 } && 1...1024 ~= shape.layers
        && 0...65_535 ~= shape.context && 0...65_535 ~= shape.filters
        && 0..<1 ~= options.averaging && hasSoundCounters
    }

    /// Whether the lanes can go on in `corpus`.
    ///
    /// - Throws: ``NetworkError/context(needed:given:)`` when the context of a sequence that is gone on
    ///   with does not fit the network.
    func isSound(for corpus: any TrainingCorpus) throws -> Bool {
      guard 0...corpus.count ~= position.taken else { return false }
      for case let lane? in position.lanes {
        guard 0..<corpus.count ~= lane.sequence, 0...Self.most ~= lane.pass else { return false }
        let sequence = corpus.sequence(at: lane.sequence, pass: lane.pass)
        guard 0..<sequence.tokens.count ~= lane.position else { return false }
        try shape.check(sequence)
      }
      return true
    }

    /// - Throws: ``CheckpointError/otherRun(path:cause:)`` when the run was not trained on `corpus`;
    ///   ``NetworkError/context(needed:given:)``.
    func check(for corpus: any TrainingCorpus, path: String) throws {
      guard sequences == corpus.count else {
        throw CheckpointError.otherRun(
          path: path,
          cause: "it was trained on \(sequences) takes, and there are \(corpus.count)")
      }
      guard try isSound(for: corpus) else {
        throw CheckpointError.otherRun(path: path, cause: "it is damaged")
      }
    }

    private var hasSoundCounters: Bool {
      [
        updates, position.pass, counters.events, counters.nextEvaluation, counters.lossEvents,
        counters.evaluationsWithoutGain, counters.eventsPerPass,
      ].allSatisfy { 0...Self.most ~= $0 }
    }
  }

  /// Writes the whole state of the run, so that it can be gone on with exactly where it stopped.
  ///
  /// The file: `WOODRUN3`, the length of a JSON header in eight bytes, the header, the numbers as
  /// little-endian 32-bit floats, and a checksum of all that in eight bytes.
  ///
  /// - Throws: `DiskError`; what stood at `file` still stands then.
  public func save(to file: URL) throws {
    let header = try JSONEncoder().encode(
      Header(
        shape: shape,
        options: .init(
          lanes: options.lanes, steps: options.steps, averaging: options.averaging,
          seed: options.seed),
        position: batcher.position, counters: counters, random: random,
        updates: optimiser.step, hasAnchor: anchor != nil, sequences: corpus.count))
    let start = Self.magic + Self.bytes(of: UInt64(header.count)) + header
    // As numbers change while training; the state of the lanes comes last.
    let numbers: [Numbers] =
      [.buffer(parameters), .buffer(optimiser.first), .buffer(optimiser.second), .array(best)]
      + [anchor.map(Numbers.array), average.map(Numbers.buffer)].compactMap { $0 }
      + [.buffer(stack.state)]
    let count = start.count + 4 * numbers.reduce(0) { $0 + $1.count }
    try Draft.write(to: file) { write throws(DiskError) in
      var sum = Checksum(ofBytes: count)
      var rest = Data(start)
      for numbers in numbers {
        for first in stride(from: 0, to: numbers.count, by: FloatFile.atOnce) {
          let range = first..<min(first + FloatFile.atOnce, numbers.count)
          rest.append(contentsOf: SafeTensors.Element.float32.bytes(numbers[range]))
          let whole = rest.count & ~7
          sum.add(rest.prefix(whole))
          try write(rest.prefix(whole))
          rest = Data(rest.dropFirst(whole))
        }
      }
      sum.add(rest)
      try write(rest + Self.bytes(of: sum.value))
    }
  }

  /// Numbers to be written.
  private enum Numbers {
    case buffer(FloatBuffer)
    case array([Float])

    var count: Int {
      switch self {
      case .buffer(let buffer): buffer.count
      case .array(let array): array.count
      }
    }

    subscript(range: Range<Int>) -> [Float] {
      switch self {
      case .buffer(let buffer): buffer.values(at: range.lowerBound, count: range.count)
      case .array(let array): Array(array[range])
      }
    }
  }

  private static func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  private static func number(in bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number that is another one after any change within eight bytes that lie at a multiple of eight, and
  /// almost surely after any other: FNV-1a over words in place of bytes.
  private struct Checksum {
    private(set) var value: UInt64

    init(ofBytes count: Int) { value = 0xCBF2_9CE4_8422_2325 ^ UInt64(count) }

    /// - Parameter bytes: The next ones; as many as fill words unless they are the last.
    mutating func add(_ bytes: some ContiguousBytes) {
      unsafe bytes.withUnsafeBytes { bytes in
        for place in stride(from: 0, to: bytes.count & ~7, by: 8) {
          let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
          add(UInt64(littleEndian: word))
        }
        for place in (bytes.count & ~7)..<bytes.count { unsafe add(UInt64(bytes[place])) }
      }
    }

    private mutating func add(_ word: UInt64) {
      value = (value ^ word) &* 0x0000_0100_0000_01B3
    }
  }

  /// Where the numbers end in a file.
  private static func end(of file: FloatFile) throws -> Int {
    guard try file.bytes(at: 0, count: magic.count) == magic else { return file.count }
    let end = file.count - 8
    guard end > 16 else { throw file.damaged }
    var sum = Checksum(ofBytes: end)
    for start in stride(from: 0, to: end, by: 4 * FloatFile.atOnce) {
      sum.add(try file.bytes(at: start, count: min(4 * FloatFile.atOnce, end - start)))
    }
    guard number(in: try file.bytes(at: end, count: 8)[...]) == sum.value else {
      throw file.damaged
    }
    return end
  }

  /// Reads what stands before the numbers of a saved run; gives back where they begin, too.
  ///
  /// - Throws: ``CheckpointError/otherRun(path:cause:)``; nothing is allocated by what the header
  ///   says.
  static func header(
    of bytes: [UInt8], path: String, options: TrainingOptions
  ) throws -> (header: Header, start: Int) {
    guard bytes.count >= 16, [magic, oldMagic].contains(Array(bytes[0..<8])) else {
      throw CheckpointError.otherRun(path: path, cause: "it is no training state of this version")
    }
    let length = number(in: bytes[8..<16])
    guard length <= UInt64(bytes.count - 16),
      let header = try? JSONDecoder().decode(
        Header.self, from: Data(bytes[16..<(16 + Int(length))]))
    else { throw CheckpointError.otherRun(path: path, cause: "it is damaged") }
    guard header.options.lanes == options.lanes, header.options.steps == options.steps,
      header.position.lanes.count == options.lanes
    else {
      throw CheckpointError.otherRun(
        path: path,
        cause: "it has \(header.options.lanes) lanes of \(header.options.steps) events")
    }
    guard header.isSound else {
      throw CheckpointError.otherRun(path: path, cause: "it is damaged")
    }
    return (header, 16 + Int(length))
  }

  /// A run that goes on where a saved one stopped.
  ///
  /// - Parameters:
  ///   - file: What ``save(to:)`` wrote.
  ///   - options: The lanes and steps of then; the seed and the averaging are taken from the file,
  ///     all others may be other ones than then.
  ///   - data: The same corpus and the same held-out sequences as then, with what tells a network of
  ///     the saved one's shape; called once, when what the file says of itself is sound, and before its
  ///     numbers are read.
  /// - Throws: ``CheckpointError``, ``NetworkError``, and what `data` throws.
  public convenience init(
    resuming file: URL, options: TrainingOptions,
    data: (NetworkShape) throws -> (corpus: any TrainingCorpus, heldOut: [TokenSequence])
  ) throws {
    let path = file.path(percentEncoded: false)
    let saved = try FloatFile(file)
    let end = try Self.end(of: saved)
    let length = try Self.number(in: saved.bytes(at: 8, count: 8)[...])
    let (header, start) = try Self.header(
      of: saved.bytes(at: 0, count: Int(min(length, UInt64(saved.count))) + 16), path: path,
      options: options)
    var options = options
    options.seed = header.options.seed
    options.averaging = header.options.averaging
    let count = header.shape.parameterCount
    guard end - start == header.floats * 4 else {
      throw CheckpointError.otherRun(path: path, cause: "it is not whole")
    }
    let (corpus, heldOut) = try data(header.shape)
    try header.check(for: corpus, path: path)
    func place(_ tensor: Int) -> Int { start + 4 * count * tensor }
    let parameters = FloatBuffer(count: count)
    try saved.read(at: place(0), into: parameters)
    try self.init(
      shape: header.shape, parameters: parameters,
      best: try saved.numbers(at: place(3), count: count),
      anchor: header.hasAnchor ? try saved.numbers(at: place(4), count: count) : nil,
      corpus: corpus, heldOut: heldOut, options: options, position: header.position)
    try saved.read(at: place(1), into: optimiser.first)
    try saved.read(at: place(2), into: optimiser.second)
    if let average { try saved.read(at: place(header.hasAnchor ? 5 : 4), into: average) }
    let state = FloatBuffer(count: stack.state.count)
    try saved.read(at: end - 4 * state.count, into: state)
    stack.state = state
    counters = header.counters
    random = header.random
    optimiser.step = header.updates
    try stack.refresh()
  }
}
