import COneDNN
import Foundation

/// Measures the speed of training, sampling and evaluating a network of random weights on this machine.
public struct SpeedTrial: Sendable {
  /// Events per second.
  public struct Rate: Hashable, Codable, Sendable {
    /// The median of all repetitions.
    public var median: Double
    /// The slowest repetition.
    public var lowest: Double
    /// The fastest.
    public var highest: Double
  }

  /// The weights of the network, which are random.
  public let weights: Weights
  private let context: (any TokenContext)?
  private let music: [UInt16]
  private let precision: Precision
  private let seconds: Double

  /// A trial of networks of `shape`.
  ///
  /// - Parameters:
  ///   - context: The context of each sequence; the time it takes is included.
  ///   - music: Tokens to train on and evaluate; random ones when it is empty.
  ///   - seconds: How long each measurement lasts, without its warm-up.
  /// - Throws: ``NetworkError/precision(_:)``.
  public init(
    shape: NetworkShape, context: (any TokenContext)? = nil, music: [UInt16] = [],
    precision: Precision = .best, seconds: Double = 3
  ) throws {
    try precision.check()
    let weights = Weights(shape: shape, seed: 1)
    self.weights = context.map { Weights(weights, toldBy: $0) } ?? weights
    self.context = context
    var random = SeededGenerator(seed: 1)
    self.music =
      music.isEmpty
      ? (0..<4096).map { _ in UInt16.random(in: 0..<UInt16(shape.vocabulary), using: &random) }
      : music
    self.precision = precision
    self.seconds = seconds
  }

  /// The speed of whole training steps: forward, loss, backward and update.
  ///
  /// - Parameter options: Lanes, steps, learning rate and the like; precision and passes are ignored.
  public func training(_ options: TrainingOptions) throws -> Rate {
    var options = options
    options.precision = precision
    options.passes = Int.max / 2
    let run = try TrainingRun(
      start: weights, anchor: weights,
      corpus: PlainCorpus(
        sequences: sequences(count: options.lanes, length: 8 * options.steps + 1)), heldOut: [],
      options: options)
    return try rate { () throws -> Int in
      guard let chunk = try run.batcher.next() else { return 0 }
      return try run.update(on: chunk, learningRate: options.learningRate).events
    }
  }

  /// The speed of evaluating: forward and loss only.
  public func evaluating() throws -> Rate {
    let evaluator = try Evaluator(weights: weights, precision: precision)
    let music = sequences(count: Evaluator.mostLanes, length: 16 * Evaluator.steps + 1)
    return try rate { () throws -> Int in
      try evaluator.score(music).reduce(0) { $0 + $1.events }
    }
  }

  /// `count` sequences of `length` tokens each, cut from the music, which repeats.
  private func sequences(count: Int, length: Int) -> [TokenSequence] {
    (0..<count).map { index in
      TokenSequence(
        (0..<length).map { music[(index * length + $0) % music.count] }, context: context)
    }
  }

  /// Repeats `work`, which returns the number of events it processed, until the time is up; at least once
  /// after the warm-up.
  public func rate(_ work: () throws -> Int) throws -> Rate {
    _ = try work()
    let clock = ContinuousClock()
    let start = clock.now
    var rates: [Double] = []
    while rates.isEmpty || clock.now - start < .seconds(seconds) {
      let before = clock.now
      let events = try work()
      rates.append(Double(events) / ((clock.now - before) / .seconds(1)))
    }
    rates.sort()
    return Rate(median: rates[rates.count / 2], lowest: rates[0], highest: rates[rates.count - 1])
  }
}

/// The engine that networks are computed with on this machine.
public struct EngineDescription: Hashable, Codable, Sendable {
  /// oneDNN's version: "2.6.3".
  public var version: String
  /// The widest instruction set that oneDNN uses: "AVX2".
  public var instructions: String
  /// The number of threads that share the work.
  public var threads: Int

  /// The engine of this machine.
  public static var current: EngineDescription {
    let version = unsafe woodshed_dnnl_version().map { version in
      unsafe "\(version.pointee.major).\(version.pointee.minor).\(version.pointee.patch)"
    }
    let known = [
      (dnnl_cpu_isa_avx512_core_amx, "AMX"),
      (dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bfloat16"),
      (dnnl_cpu_isa_avx512_core, "AVX-512"), (dnnl_cpu_isa_avx2, "AVX2"),
      (dnnl_cpu_isa_avx, "AVX"), (dnnl_cpu_isa_sse41, "SSE4.1"),
    ]
    return EngineDescription(
      version: version ?? "unknown",
      instructions: known.first { Engine.has($0.0) }?.1 ?? "none",
      threads: ThreadPool.mostUsable)
  }
}
