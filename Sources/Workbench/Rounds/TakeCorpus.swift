import Foundation
import Library
import MIDI
import Network
import Performance

/// Takes to train on, changed a little differently in each pass.
struct TakeCorpus: TrainingCorpus {
  /// The takes, ready to be tokenised.
  private let takes: [PreparedNotes]
  private let weights: [Float]
  private let seed: UInt64
  private let augments: Bool

  /// - Parameters:
  ///   - performances: The notes of each take, their ends with the pedal folded in.
  ///   - weights: What an event of each counts; `nil` for 1.
  ///   - seed: Of the changes.
  ///   - augments: Whether to change anything at all.
  init(
    _ performances: [[Note]], weights: [Float]? = nil, seed: UInt64, augments: Bool = true
  ) {
    self.weights = weights ?? Array(repeating: 1, count: performances.count)
    takes = parallelMap(count: performances.count) { PreparedNotes(performances[$0]) }
    self.seed = seed
    self.augments = augments
  }

  var count: Int { takes.count }

  func weight(at index: Int) -> Float { weights[index] }

  func tokens(at index: Int, pass: Int) -> [UInt16] {
    guard augments else { return takes[index].tokens() }
    var random = SeededGenerator(
      seed: seed &+ UInt64(pass) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    return takes[index].tokens(
      augmentation: Augmentation.draw(for: takes[index], using: &random))
  }

  /// Events in one pass with nothing changed.
  var events: Int {
    parallelMap(count: count) { takes[$0].tokens().count }.reduce(0, +)
  }
}
