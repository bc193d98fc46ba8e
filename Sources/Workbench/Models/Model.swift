import Foundation
import Network
import Performance
import Work

/// A model's weights and the arithmetic to run them in.
struct Model {
  var weights: Weights
  var precision: Precision

  /// A model whose weights stand in a file.
  ///
  /// - Throws: `CheckpointError`.
  init(file: URL, precision: ComputePrecision?) throws {
    weights = try Self.weights(from: file)
    self.precision = Precision(precision)
  }

  /// Reads weights and checks that their network speaks the 388 performance events, and that it is
  /// told what ``Hearing`` tells or nothing.
  ///
  /// - Throws: `CheckpointError`.
  static func weights(from file: URL) throws -> Weights {
    let checkpoint = try Checkpoint.read(from: file)
    let shape = checkpoint.weights.shape
    func unfitting(_ cause: String) -> CheckpointError {
      .unfitting(path: file.plainPath, cause: cause)
    }
    guard shape.vocabulary == Vocabulary.size else {
      throw unfitting("its network knows \(shape.vocabulary) events, not \(Vocabulary.size)")
    }
    let form = checkpoint.metadata[Form.key]
    let isToldSo = shape.context == Hearing.count && shape.filters == Hearing.filters
    guard
      shape.context + shape.filters == 0 || isToldSo && (form == nil || form == Form.told.rawValue)
    else {
      throw unfitting(
        "its network is told \(form ?? "\(shape.context) numbers") beside the events, which this "
          + "woodshed cannot tell")
    }
    if let form, Form(rawValue: form) == nil {
      throw unfitting(
        "its network is of the form \(form), which this woodshed does not know; update woodshed")
    }
    return checkpoint.weights
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
    try evaluator().score(sequences: takes, progress: counter(of: activity, for: progress))
      .map { TakeScore(nats: $0.nats, events: $0.events) }
  }

  /// What whole takes leave behind in the model, each from a silent start; a stop is passed over.
  func impressions(
    of takes: [[UInt16]], activity: String, progress: @escaping ProgressHandler
  ) throws -> [SequenceImpression] {
    try evaluator().impressions(of: takes, progress: counter(of: activity, for: progress))
  }

  private func evaluator() throws -> Evaluator {
    try Evaluator(weights: weights, context: weights.shape.hearing, precision: precision)
  }

  /// Tells `progress` of events done and in all, and goes on whatever it says.
  private func counter(
    of activity: String, for progress: @escaping ProgressHandler
  ) -> (Int, Int) -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    return { done, total in
      _ = progress(
        WorkProgress(
          activity: activity, done: Double(done), total: Double(total), unit: "events",
          seconds: (clock.now - start) / .seconds(1)))
      return true
    }
  }
}

/// What a network is told beside the events, as the metadata of its weights names it.
enum Form: String {
  /// Nothing, as Performance RNN.
  case plain
  /// What ``Hearing`` tells. Another choice of numbers or links is another form.
  case told = "hearing-1"

  /// The metadata's key.
  static let key = "form"
}

extension NetworkShape {
  /// What a network of this shape is told.
  var form: Form { context > 0 ? .told : .plain }

  /// Who tells it.
  var hearing: (any TokenContext.Type)? { form == .told ? Hearing.self : nil }
}

extension Precision {
  /// What was asked for, or what this processor does fastest.
  init(_ asked: ComputePrecision?) {
    switch asked {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .int8: self = .int8
    case nil: self = .best
    }
  }
}
