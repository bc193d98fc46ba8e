package import Foundation
package import Network
import Work

/// How a round is trained; lengths are in passes over the musician's playing.
public struct TuneSettings: Codable, Hashable, Sendable {
  /// Passes over the playing at most.
  public var passes = 6
  /// The number of folds of cross-validation: trainings that each leave out a part of the playing, which then
  /// evaluates how far to go; the round is their mean. 0 trains once, until the held-out takes no longer
  /// improve, as rounds from before version 0.2 did.
  public var folds = 3
  /// The highest learning rate, reached after a short warm-up.
  public var learningRate = 1e-3
  /// Takes that are read side by side.
  public var lanes = 8
  /// Events between two updates in each lane.
  public var steps = 128
  /// The dropout rate in training, 0…0.9.
  public var dropout = 0.2
  /// The pull of the weights toward the base's (L2-SP), per unit of learning rate.
  public var anchor = 0.01
  /// Each layer's learning rate as a fraction of that of the layer above, 0…1.
  public var lowerRate = 1.0
  /// The decay of the exponential moving average of the weights, 0…0.9999; 0 for no average.
  public var averaging = 0.0
  /// Whether the weights are interpolated between those at the start and the trained ones, as far as is best
  /// on playing that was not trained on.
  public var interpolation = true
  /// Whether the round learns its pieces by heart: it trains once on all of them and uses the trained weights
  /// as they are, at whatever cost to other music.
  public var repertoire = false
  /// Whether takes are augmented, differently in each pass.
  public var augmentation = true
  /// Evaluations in each pass.
  public var evaluationsPerPass = 2
  /// Whether training stops when evaluations no longer improve: on the fold left out, or on the held-out
  /// takes without folds.
  public var earlyStopping = true
  /// Evaluations without improvement after which training stops.
  public var patience = 5
  /// The seed of shuffling, augmentation and dropout.
  public var seed: UInt64 = 1
  /// The weight of an event in a kept take of a model, 0…0.5; the musician's own events have weight 1.
  public var keptWeight = 0.5
  /// Minutes of music that a round generates to measure its variety.
  public var varietyMinutes = 20.0

  /// The default settings.
  public init() {}

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case passes, folds, learningRate, lanes, steps, dropout, anchor, lowerRate, averaging
    case interpolation, repertoire, augmentation, evaluationsPerPass, earlyStopping, patience,
      seed, keptWeight, varietyMinutes
  }

  /// Decodes the settings that are present; the others keep their defaults.
  ///
  /// - Throws: `WrongValue`, `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
      do {
        value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
      } catch let error where !(error is DecodingError) {
        // The JSON decoder throws an error without a key for a number that does not fit.
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values, debugDescription: "\(error)")
      }
    }
    try read(.passes, &passes)
    try read(.folds, &folds)
    try read(.learningRate, &learningRate)
    try read(.lanes, &lanes)
    try read(.steps, &steps)
    try read(.dropout, &dropout)
    try read(.anchor, &anchor)
    try read(.lowerRate, &lowerRate)
    try read(.averaging, &averaging)
    try read(.interpolation, &interpolation)
    try read(.repertoire, &repertoire)
    try read(.augmentation, &augmentation)
    try read(.evaluationsPerPass, &evaluationsPerPass)
    try read(.earlyStopping, &earlyStopping)
    try read(.patience, &patience)
    try read(.seed, &seed)
    try read(.keptWeight, &keptWeight)
    try read(.varietyMinutes, &varietyMinutes)
    try check()
  }

  /// Checks the bounds of every setting.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws {
    func require<Value: Comparable>(
      _ name: CodingKeys, _ value: Value, in range: ClosedRange<Value>
    ) throws {
      try Setting(name.rawValue).require(value, in: range)
    }
    try require(.passes, passes, in: 1...1000)
    try require(.folds, folds, in: 0...10)
    try require(.learningRate, learningRate, in: 1e-7...0.1)
    try require(.lanes, lanes, in: 1...256)
    try require(.steps, steps, in: 8...2048)
    try require(.dropout, dropout, in: 0...0.9)
    try require(.anchor, anchor, in: 0...10)
    try require(.lowerRate, lowerRate, in: 0...1)
    try require(.averaging, averaging, in: 0...0.9999)
    try require(.evaluationsPerPass, evaluationsPerPass, in: 1...100)
    try require(.patience, patience, in: 1...1000)
    try require(.keptWeight, keptWeight, in: 0...0.5)
    try require(.varietyMinutes, varietyMinutes, in: 0.1...120)
    try Setting.requireSeed(seed)
  }
}

extension TuneSettings {
  /// Reads the settings in a round's record, which is JSON.
  ///
  /// - Throws: `DecodingError`, `WrongValue`.
  package init(recorded json: Data) throws {
    self = try JSONDecoder().decode(TuneSettings.self, from: json)
    // Rounds from before this was a setting used the trained weights as they were,
    let names = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    if names?[CodingKeys.interpolation.rawValue] == nil { interpolation = false }
    // and trained once, with early stopping on the held-out takes.
    if names?[CodingKeys.folds.rawValue] == nil { folds = 0 }
    // Folds had no early stopping at first.
    if names?[CodingKeys.earlyStopping.rawValue] == nil { earlyStopping = folds == 0 }
  }

  /// The settings as options of the network's training.
  package func trainingOptions(precision: Precision) -> TrainingOptions {
    var options = TrainingOptions()
    options.passes = passes
    options.learningRate = Float(learningRate)
    options.lanes = lanes
    options.steps = steps
    options.dropout = Float(dropout)
    options.anchor = Float(anchor)
    options.lowerRate = Float(lowerRate)
    options.averaging = Float(averaging)
    options.evaluationsPerPass = evaluationsPerPass
    options.patience = earlyStopping ? patience : .max
    options.seed = seed
    options.precision = precision
    return options
  }
}
