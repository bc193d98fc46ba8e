import Disk
public import Foundation
import Library
import MIDI

/// Takes to delete, or deleted ones.
public struct Deletion: Codable, Sendable {
  /// One of them.
  public struct Take: Codable, Hashable, Sendable {
    /// The number that it had, which no other take gets.
    public var number: Int64
    /// played, generated or mixed.
    public var origin: TakeFilter.Origin
    /// How long it was, in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
    /// The path of its copy, relative to the project's folder.
    public var copy: String
  }

  /// Each take.
  public var takes: [Take]
  /// Whether they were deleted; false if the person did not agree.
  public var isDone = false
}

extension Project {
  /// Deletes takes with their verdicts, after copying each to a MIDI file in the project's folder `deleted`.
  /// A record of them stays. All are deleted or, when it throws, none.
  ///
  /// - Parameters:
  ///   - names: The takes.
  ///   - agree: Asks the person whether to delete them.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `DiskError`, and what `agree` throws.
  public func delete(
    _ names: [TakeName], at date: Date = Date(), ifAgreed agree: (Deletion) throws -> Bool
  ) throws -> Deletion {
    try library.requireWritable("delete takes of")
    // A tuning under way reads its takes.
    let lock = try ProjectLock(of: self, for: .tuning, doing: "delete takes of")
    defer { withExtendedLifetime(lock) {} }
    var seen: Set<Int64> = []
    let takes = try names.map { try summary(of: $0) }.filter { seen.insert($0.number).inserted }
    for take in takes { try requireNoUse(of: take, besides: seen) }
    var deletion = Deletion(
      takes: takes.map { take in
        Deletion.Take(
          number: take.number, origin: TakeFilter.Origin(take.origin),
          seconds: Double(take.nanoseconds) / 1e9, notes: take.noteCount,
          copy: "\(Self.deletedFolder)/take-\(take.number)-\(take.origin.rawValue).mid")
      })
    guard !takes.isEmpty, try agree(deletion) else { return deletion }
    try folder.appending(path: Self.deletedFolder, directoryHint: .isDirectory).makeFolder()
    for (take, line) in zip(takes, deletion.takes) {
      try Draft.write(
        midiFile(of: excerpt(of: ChosenPart(take: take), doing: "delete")),
        to: folder.appending(path: line.copy))
    }
    try library.delete(
      Dictionary(uniqueKeysWithValues: deletion.takes.map { ($0.number, $0.copy) }), at: date)
    deletion.isDone = true
    return deletion
  }

  /// The name of the folder of the copies.
  static let deletedFolder = "deleted"

  /// Throws ``WorkbenchError/neededTake(number:cause:)`` if anything depends on a take.
  ///
  /// - Parameter others: Takes that are deleted with it.
  private func requireNoUse(of take: TakeSummary, besides others: Set<Int64>) throws {
    func refuse(_ cause: String) -> WorkbenchError {
      .neededTake(number: take.number, cause: cause)
    }
    guard take.isFinished else { throw refuse("it is being recorded, or was broken off") }
    for use in try library.uses(of: take.number) {
      switch use {
      case .trained(let round): throw refuse("round \(round) was trained on it")
      case .judged(let round): throw refuse("round \(round) was judged by it")
      case .goneOnFrom(let other) where !others.contains(other):
        throw refuse("take \(other) goes on from it; delete both, or none")
      case .goneOnFrom: break
      case .heardBlind: throw refuse("it was heard in a blind comparison")
      case .chosenForJudging: throw refuse("it was set aside for judging")
      }
    }
  }
}
