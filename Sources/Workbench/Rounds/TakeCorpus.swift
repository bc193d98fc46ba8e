import Foundation
import Library
import MIDI
import Network
import Performance
import Synchronization
import Work

/// Takes to train on, changed a little differently in each pass.
struct TakeCorpus: TrainingCorpus {
  /// The first takes, ready to be tokenised: all of them, or as many as fit into memory.
  private let prepared: [PreparedNotes]
  /// Reads the notes of a take that found no room.
  private let read: @Sendable (Int) throws -> [Note]
  let count: Int
  private let weights: [Float]
  private let seed: UInt64
  private let augments: Bool
  private let failure = Failure()

  /// The first error of reading a take, which then counts as empty.
  private final class Failure: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  /// Notes that are held in memory, of 24 bytes: some 200 hours of playing.
  static let mostNotes = 4_000_000

  /// - Parameters:
  ///   - performances: The notes of each take, their ends with the pedal folded in.
  ///   - weights: What an event of each counts; `nil` for 1.
  ///   - seed: Of the changes.
  ///   - augments: Whether to change anything at all.
  init(
    _ performances: [[Note]], weights: [Float]? = nil, seed: UInt64, augments: Bool = true
  ) {
    self.weights = weights ?? Array(repeating: 1, count: performances.count)
    prepared = parallelMap(count: performances.count) { PreparedNotes(performances[$0]) }
    read = { performances[$0] }
    count = performances.count
    self.seed = seed
    self.augments = augments
  }

  /// What a plan trains on, read from the library: what there is room for at once, the rest whenever it
  /// is its turn.
  ///
  /// - Throws: `LibraryError`.
  init(_ plan: TunePlan, of project: Project, mostNotes: Int = mostNotes) throws {
    let takes = plan.takes
    read = { try project.soundingNotes(of: takes[$0].number, phrase: takes[$0].phrase) }
    count = takes.count
    weights = takes.map { Float($0.weight) }
    seed = plan.settings.seed
    augments = plan.settings.augmentation
    var prepared: [PreparedNotes] = []
    var notes = 0
    for take in takes.indices where notes < mostNotes {
      let read = try read(take)
      notes += read.count
      prepared.append(PreparedNotes(read))
    }
    self.prepared = prepared
  }

  /// - Throws: The error that kept a take from being read since.
  func check() throws {
    if let error = failure.error.withLock({ $0 }) { throw error }
  }

  private func notes(at index: Int) -> PreparedNotes {
    if index < prepared.count { return prepared[index] }
    do {
      return PreparedNotes(try read(index))
    } catch {
      failure.error.withLock { $0 = $0 ?? error }
      return PreparedNotes([])
    }
  }

  func weight(at index: Int) -> Float { weights[index] }

  /// A take as it was played.
  func tokens(at index: Int) -> [UInt16] { notes(at: index).tokens() }

  func tokens(at index: Int, pass: Int) -> [UInt16] {
    let notes = notes(at: index)
    guard augments else { return notes.tokens() }
    var random = SeededGenerator(
      seed: seed &+ UInt64(pass) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
    return notes.tokens(augmentation: Augmentation.draw(for: notes, using: &random))
  }
}
