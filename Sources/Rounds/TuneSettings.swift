package import Foundation
package import Network
import Work

/// How a round is trained; the defaults are in passes over the musician's playing.
public struct TuneSettings: Codable, Hashable, Sendable {
  /// Passes over the playing at most.
  public var passes = 6
  /// Trainings, each without one part of the playing that judges how far to go; their mean is the round. 0
  /// trains once, until the held-out takes get no better, as rounds of before version 0.2 did.
  public var folds = 3
  /// The highest learning rate, reached after a short warm-up.
  public var learningRate = 1e-3
  /// Takes that are read side by side.
  public var lanes = 8
  /// Events between two updates in each lane.
  public var steps = 128
  /// The share of a layer's outputs that is left out while training, 0…1.
  public var dropout = 0.2
  /// How strongly weights are pulled back to the base's (L2-SP), per unit of learning rate.
  public var anchor = 0.01
  /// What each layer has of the learning rate of the layer above, 0…1.
  public var lowerRate = 1.0
  /// How slowly the running mean of the weights follows them, 0…0.9999; 0 takes no mean.
  public var averaging = 0.0
  /// Whether a round goes only so far from where it started toward where its training led as is best for
  /// playing that it has not read.
  public var interpolation = true
  /// Whether the round learns the pieces it is given by heart: it trains once on all of them and goes all the
  /// way, whatever that does to music that it has not read.
  public var repertoire = false
  /// Whether each pass reads the takes shifted and stretched a little otherwise.
  public var augmentation = true
  /// Looks at what judges in each pass.
  public var evaluationsPerPass = 2
  /// Whether training stops when music that it does not read gets no better: what the fold goes without, or
  /// the held-out takes where there are no folds.
  public var earlyStopping = true
  /// Looks without a better result after which it stops.
  public var patience = 5
  /// The seed of all that is drawn: shuffling, augmentation, dropout.
  public var seed: UInt64 = 1
  /// What an event of a kept take counts that a model played, 0…0.5; one of the musician's counts 1.
  public var keptWeight = 0.5
  /// Minutes that a round plays to be judged by how varied they are.
  public var varietyMinutes = 20.0

  /// The defaults.
  public init() {}

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case passes, folds, learningRate, lanes, steps, dropout, anchor, lowerRate, averaging
    case interpolation, repertoire, augmentation, evaluationsPerPass, earlyStopping, patience,
      seed, keptWeight, varietyMinutes
  }

  /// Reads those settings that are there; the rest keep their defaults.
  ///
  /// - Throws: `WrongValue`, `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
      do {
        value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
      } catch let error where !(error is DecodingError) {
        // JSON's decoder has an error of its own for a number that does not fit, without a key.
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
  /// The settings in a round's record, which is JSON.
  ///
  /// - Throws: `DecodingError`, `WrongValue`.
  package init(recorded json: Data) throws {
    self = try JSONDecoder().decode(TuneSettings.self, from: json)
    // Rounds of before it was a setting went all the way.
    let names = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    if names?[CodingKeys.interpolation.rawValue] == nil { interpolation = false }
    // And trained once, until the held-out takes said stop.
    if names?[CodingKeys.folds.rawValue] == nil { folds = 0 }
    // Folds made all their passes at first.
    if names?[CodingKeys.earlyStopping.rawValue] == nil { earlyStopping = folds == 0 }
  }

  /// The settings as the network takes them.
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
