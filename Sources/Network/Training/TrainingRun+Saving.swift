internal import Disk
public import Foundation

extension TrainingRun {
  /// The first bytes of a saved run.
  private static let magic: [UInt8] = Array("WOODRUN3".utf8)

  /// The first bytes in the older format, which has no checksum.
  private static let oldMagic: [UInt8] = Array("WOODRUN2".utf8)

  /// The file's JSON header.
  struct Header: Codable {
    /// The options that a run keeps when it is resumed.
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
    /// The number of sequences in the corpus, to detect a different one.
    var sequences: Int

    /// The largest count accepted: far beyond any training, and small enough to add to without overflow.
    private static let most = 1 << 48

    /// The number of floats that follow the header.
    var floats: Int {
      (4 + (hasAnchor ? 1 : 0) + (options.averaging > 0 ? 1 : 0)) * shape.parameterCount
        + 2 * shape.layers * options.lanes * shape.hidden
    }

    /// Whether its values are within bounds, as far as can be checked without the corpus;
    /// the file is not trusted.
    var isSound: Bool {
      let sizes = [shape.vocabulary, shape.embedding, shape.hidden]
      return sizes.allSatisfy { 1...65_536 ~= $0 } && 1...1024 ~= shape.layers
        && 0...65_535 ~= shape.context && 0...65_535 ~= shape.filters
        && 0..<1 ~= options.averaging && hasSoundCounters
    }

    /// Whether the lanes' positions are within `corpus`.
    ///
    /// - Throws: ``NetworkError/context(needed:given:)`` when the context of a sequence to be resumed does
    ///   not fit the network.
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

    /// Checks that the run can be resumed on `corpus`.
    ///
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

  /// Writes the whole state of the run, so that it can be resumed exactly where it stopped.
  ///
  /// The file: `WOODRUN3`, the length of a JSON header in eight bytes, the header, the numbers as
  /// little-endian 32-bit floats, and a checksum of all that in eight bytes.
  ///
  /// - Throws: `DiskError`; an older file at `file` is unchanged then.
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
    // The order of the file's format; the state of the lanes comes last.
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

  /// Numbers to be written, without copying them into one array.
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

  /// A 64-bit checksum: FNV-1a over words instead of bytes. It detects any change within one aligned word,
  /// and almost surely any other.
  private struct Checksum {
    private(set) var value: UInt64

    init(ofBytes count: Int) { value = 0xCBF2_9CE4_8422_2325 ^ UInt64(count) }

    /// - Parameter bytes: The next bytes; a multiple of eight unless they are the last.
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

  /// Where the floats end in a file; verifies the checksum if there is one.
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

  /// Reads the header of a saved run, and where its floats begin.
  ///
  /// - Throws: ``CheckpointError/otherRun(path:cause:)``; nothing is allocated by sizes in the header.
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

  /// Resumes a saved run.
  ///
  /// - Parameters:
  ///   - file: A file that ``save(to:)`` wrote.
  ///   - options: Lanes and steps must be those of the saved run; seed and averaging are taken from the file;
  ///     all others may differ.
  ///   - data: Returns the corpus and the held-out sequences of the saved run, with contexts for a network of
  ///     the given shape; called once, after the file's header has been checked and before its floats are
  ///     read.
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
