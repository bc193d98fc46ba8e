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

    /// Whether its numbers can be worked with: a file may hold anything.
    func isSound(for corpus: any TrainingCorpus) -> Bool {
      let sizes = [shape.vocabulary, shape.embedding, shape.hidden]
      return sizes.allSatisfy { 1...65_536 ~= $0 } && 1...1024 ~= shape.layers
        && 0...65_535 ~= shape.context && 0...65_535 ~= shape.filters
        && 0..<1 ~= options.averaging && hasSoundCounters
        && 0...corpus.count ~= position.taken
        && position.lanes.allSatisfy { lane in
          guard let lane else { return true }
          return 0..<corpus.count ~= lane.sequence && 0...Self.most ~= lane.pass
            && 0..<corpus.tokens(at: lane.sequence, pass: lane.pass).count ~= lane.position
        }
    }

    private var hasSoundCounters: Bool {
      [
        updates, position.pass, counters.events, counters.nextEvaluation, counters.lossEvents,
        counters.evaluationsWithoutGain, counters.eventsPerPass,
      ].allSatisfy { 0...Self.most ~= $0 }
    }
  }

  /// The numbers that change while training, in the order in which they are written; the state of
  /// the lanes comes after them.
  private var buffers: [FloatBuffer] {
    [parameters, optimiser.first, optimiser.second, best] + [anchor, average].compactMap { $0 }
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
    var data = Data(Self.magic)
    data.append(contentsOf: Self.bytes(of: UInt64(header.count)))
    data.append(header)
    for buffer in buffers + [stack.state] {
      data.append(contentsOf: SafeTensors.Element.float32.bytes(buffer.values))
    }
    data.append(contentsOf: Self.bytes(of: Self.checksum(of: data)))
    try Draft.write(data, to: file)
  }

  private static func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  private static func number(in bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number that is another one after any change within eight bytes that lie at a multiple of eight, and
  /// almost surely after any other: FNV-1a over words in place of bytes.
  private static func checksum(of bytes: some Collection<UInt8>) -> UInt64 {
    func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var sum = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
      for place in stride(from: 0, to: bytes.count & ~7, by: 8) {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        sum = (sum ^ UInt64(littleEndian: word)) &* 0x0000_0100_0000_01B3
      }
      for place in (bytes.count & ~7)..<bytes.count {
        sum = unsafe (sum ^ UInt64(bytes[place])) &* 0x0000_0100_0000_01B3
      }
      return sum
    }
    return bytes.withContiguousStorageIfAvailable { unsafe sum(UnsafeRawBufferPointer($0)) }
      ?? checksum(of: Array(bytes))
  }

  /// Where the numbers end in a file that was read whole.
  private static func end(of bytes: [UInt8], path: String) throws -> Int {
    guard bytes.starts(with: magic) else { return bytes.count }
    let end = bytes.count - 8
    guard end > 16, number(in: bytes[end...]) == checksum(of: bytes[..<end]) else {
      throw CheckpointError.otherRun(path: path, cause: "it is damaged")
    }
    return end
  }

  /// Reads what stands before the numbers of a saved run; gives back where they begin, too.
  ///
  /// - Throws: ``CheckpointError/otherRun(path:cause:)``; nothing is allocated by what the header
  ///   says.
  static func header(
    of bytes: [UInt8], path: String, corpus: any TrainingCorpus, options: TrainingOptions
  ) throws -> (header: Header, start: Int) {
    guard bytes.count >= 16, [magic, oldMagic].contains(Array(bytes[0..<8])) else {
      throw CheckpointError.otherRun(path: path, cause: "it is no training state of this version")
    }
    let length = number(in: bytes[8..<16])
    guard length <= UInt64(bytes.count - 16),
      let header = try? JSONDecoder().decode(
        Header.self, from: Data(bytes[16..<(16 + Int(length))]))
    else { throw CheckpointError.otherRun(path: path, cause: "it is damaged") }
    guard header.sequences == corpus.count else {
      throw CheckpointError.otherRun(
        path: path,
        cause: "it was trained on \(header.sequences) takes, and there are \(corpus.count)")
    }
    guard header.options.lanes == options.lanes, header.options.steps == options.steps,
      header.position.lanes.count == options.lanes
    else {
      throw CheckpointError.otherRun(
        path: path,
        cause: "it has \(header.options.lanes) lanes of \(header.options.steps) events")
    }
    guard header.isSound(for: corpus) else {
      throw CheckpointError.otherRun(path: path, cause: "it is damaged")
    }
    return (header, 16 + Int(length))
  }

  /// A run that goes on where a saved one stopped.
  ///
  /// - Parameters:
  ///   - file: What ``save(to:)`` wrote.
  ///   - corpus: The same corpus as then.
  ///   - heldOut: The same held-out sequences as then.
  ///   - options: The lanes and steps of then; the seed and the averaging are taken from the file,
  ///     all others may be other ones than then.
  ///   - context: What tells a network of its shape besides, if anything does.
  /// - Throws: ``CheckpointError``, ``NetworkError``.
  public convenience init(
    resuming file: URL, corpus: any TrainingCorpus, heldOut: [[UInt16]], options: TrainingOptions,
    context: (NetworkShape) -> (any TokenContext.Type)? = { _ in nil }
  ) throws {
    let path = file.path(percentEncoded: false)
    guard let data = try? Data(contentsOf: file) else {
      throw CheckpointError.unreadable(path: path, cause: "the file is missing or closed to you")
    }
    let bytes = [UInt8](data)
    let end = try Self.end(of: bytes, path: path)
    let (header, start) = try Self.header(
      of: bytes, path: path, corpus: corpus, options: options)
    var options = options
    options.seed = header.options.seed
    options.averaging = header.options.averaging
    let parameterCount = header.shape.parameterCount
    guard end - start == header.floats * 4 else {
      throw CheckpointError.otherRun(path: path, cause: "it is not whole")
    }
    let anchor = header.hasAnchor ? FloatBuffer(count: parameterCount) : nil
    try self.init(
      shape: header.shape, parameters: FloatBuffer(count: parameterCount), anchor: anchor,
      corpus: corpus, heldOut: heldOut, options: options, context: context(header.shape),
      position: header.position)
    var next = start
    let state = FloatBuffer(count: stack.state.count)
    for buffer in buffers + [state] {
      let floats = bytes[next..<(next + 4 * buffer.count)]
      buffer.copy(from: FloatBuffer(SafeTensors.Element.float32.floats(floats)))
      next = floats.endIndex
    }
    stack.state = state
    counters = header.counters
    random = header.random
    optimiser.step = header.updates
    try stack.refresh()
  }
}
