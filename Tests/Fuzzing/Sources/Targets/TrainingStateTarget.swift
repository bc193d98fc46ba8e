import Foundation

@testable import Network

/// The state of a training that was stopped, up to where its numbers begin.
///
/// Holds that a header that is taken leads the batches on without a trap. The numbers themselves
/// are read by what reads those of weights.
enum TrainingStateTarget: FuzzTarget {
  private static let corpus = PlainCorpus(
    sequences: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12], [13, 14, 15, 16]]
      .map { TokenSequence($0) })
  private static let options: TrainingOptions = {
    var options = TrainingOptions()
    options.lanes = 2
    options.steps = 4
    return options
  }()

  static func run(_ bytes: [UInt8]) {
    let file = container(bytes, magic: Array("WOODRUN2".utf8))
    bounding(file, perByte: 400) {
      guard
        let (header, start) = try? TrainingRun.header(
          of: file, path: "fuzz", options: options),
        (try? header.check(for: corpus, path: "fuzz")) != nil,
        var batcher = try? LaneBatcher(
          corpus, lanes: options.lanes, steps: options.steps, passes: options.passes,
          seed: header.options.seed, from: header.position)
      else { return }
      precondition(16...file.count ~= start)
      _ = header.floats
      for _ in 0..<8 { _ = try? batcher.next() }
      var counters = header.counters
      counters.events += 1 << 40
      counters.lossEvents += 1 << 40
      counters.evaluationsWithoutGain += 1
      _ = counters.eventsPerPass * options.passes
      _ = header.updates + 1
    }
  }
}
