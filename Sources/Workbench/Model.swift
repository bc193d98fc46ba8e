import Foundation
import Network

/// A model's weights and the arithmetic to run them in.
struct Model {
  var weights: Weights
  var precision: Precision

  /// Reads weights and checks that they speak the 388 performance events.
  ///
  /// - Throws: `CheckpointError`.
  init(file: URL, precision: ComputePrecision?) throws {
    weights = try Checkpoint.read(from: file).weights
    self.precision = Precision(precision)
  }

  init(weights: Weights, precision: Precision) {
    self.weights = weights
    self.precision = precision
  }

  /// How well the model predicts whole takes, each from a silent start.
  ///
  /// A stop is passed over: half an answer would be taken for a whole one.
  func scores(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [TakeScore] {
    let clock = ContinuousClock()
    let start = clock.now
    return try Evaluator(weights: weights, precision: precision)
      .score(sequences: takes) { done, total in
        _ = progress(
          WorkProgress(
            activity: activity, done: Double(done), total: Double(total), unit: "events",
            seconds: (clock.now - start) / .seconds(1)))
        return true
      }
      .map { TakeScore(nats: $0.nats, events: $0.events) }
  }
}

extension Precision {
  /// What was asked for, or what this processor does fastest.
  init(_ asked: ComputePrecision?) {
    switch asked {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case nil: self = .best
    }
  }
}
