import Library
package import MIDI
package import Network
import Performance
package import Player
import Synchronization
import Work

/// Takes to train on, changed a little differently in each pass, with what tells a network of them.
package struct TakeCorpus: TrainingCorpus {
  /// Gives a take, ready to be tokenised.
  private let read: @Sendable (Int) throws -> PreparedNotes
  package let count: Int
  private let weights: [Float]
  private let seed: UInt64
  private let augments: Bool
  private let form: Form
  private let failure = Failure()

  /// The first error of reading a take, which then counts as empty.
  private final class Failure: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  /// - Parameters:
  ///   - performances: The notes of each take, their ends with the pedal folded in.
  ///   - seed: Of the changes.
  ///   - augments: Whether to change anything at all.
  ///   - form: What the network is told.
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

  /// What a plan trains on.
  ///
  /// - Throws: `LibraryError` when a take cannot be read.
  package init(_ plan: TunePlan, _ music: TakeMusic, for form: Form) throws {
    let takes = plan.takes
    read = { try music.music(of: takes[$0]).notes }
    count = takes.count
    weights = takes.map { Float($0.weight) }
    seed = plan.settings.seed
    augments = plan.settings.augmentation
    self.form = form
    // Now rather than in the middle of training, where there is room for it.
    for take in takes where music.hasRoom { _ = try music.music(of: take) }
  }

  /// - Throws: The error that kept a take from being read since.
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

  /// A take's events in a pass.
  package func tokens(at index: Int, pass: Int) -> [UInt16] {
    let notes = notes(at: index)
    guard augments else { return notes.tokens() }
    var random = SeededGenerator(
      seed: seed &+ UInt64(pass) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    return notes.tokens(augmentation: Augmentation.draw(for: notes, using: &random))
  }
}
