import Library
package import MIDI
package import Network
import Performance
package import Player
import Synchronization
import Work

/// A training set of takes, augmented differently in each pass, with the network's additional input.
package struct TakeCorpus: TrainingCorpus {
  /// Reads a take, prepared for tokenising.
  private let read: @Sendable (Int) throws -> PreparedNotes
  package let count: Int
  private let weights: [Float]
  private let seed: UInt64
  private let augments: Bool
  private let form: Form
  private let failure = Failure()

  /// The first error in reading a take; takes that cannot be read count as empty.
  private final class Failure: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  /// A corpus of takes in memory.
  ///
  /// - Parameters:
  ///   - performances: The notes of each take, extended by the pedal.
  ///   - seed: The seed of the augmentation.
  ///   - augments: Whether to augment.
  ///   - form: The network's additional input.
  package init(
    _ performances: [[Note]], seed: UInt64, augments: Bool = true, for form: Form
  ) {
    let prepared = parallelMap(count: performances.count) { PreparedNotes(performances[$0]) }
    read = { prepared[$0] }
    count = performances.count
    weights = Array(repeating: 1, count: count)
    self.seed = seed
    self.augments = augments
    self.form = form
  }

  /// The corpus of a plan, followed by takes that were played toward something and unsteered ones.
  ///
  /// - Throws: `LibraryError` when a take cannot be read.
  package init(
    _ plan: TunePlan, _ music: TakeMusic, toward: TowardTraining? = nil, for form: Form
  ) throws {
    let takes = plan.takes
    let made = toward.map { $0.takes + $0.unsteered } ?? []
    read = { index in
      index < takes.count ? try music.music(of: takes[index]).notes : made[index - takes.count]
    }
    count = takes.count + made.count
    weights = takes.map { Float($0.weight) } + made.map { _ in Float(toward?.weight ?? 0) }
    seed = plan.settings.seed
    augments = plan.settings.augmentation
    self.form = form
    // Read ahead what fits in memory, rather than in the middle of training.
    for take in takes where music.hasRoom { _ = try music.music(of: take) }
  }

  /// Throws the first error in reading a take, if there was one.
  package func check() throws {
    if let error = failure.error.withLock({ $0 }) { throw error }
  }

  private func notes(at index: Int) -> PreparedNotes {
    do {
      return try read(index)
    } catch {
      failure.error.withLock { $0 = $0 ?? error }
      return PreparedNotes([])
    }
  }

  package func weight(at index: Int) -> Float { weights[index] }

  package func sequence(at index: Int, pass: Int) -> TokenSequence {
    form.sequence(tokens(at: index, pass: pass))
  }

  /// A take's events, as augmented in a pass.
  package func tokens(at index: Int, pass: Int) -> [UInt16] {
    let notes = notes(at: index)
    guard augments else { return notes.tokens() }
    var random = SeededGenerator(
      seed: seed &+ UInt64(pass) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    return notes.tokens(augmentation: Augmentation.draw(for: notes, using: &random))
  }
}
