public import Foundation
import GRDB

/// One stored take, without its events and notes.
public struct TakeSummary: Hashable, Sendable, Identifiable {
  /// The take's number, from 1.
  public let number: Int64

  /// The session it belongs to.
  public let session: Int64

  /// What the session is called.
  public let sessionName: String

  /// Who made it.
  public let origin: Origin

  /// When it began.
  public let startedAt: Date

  /// Whether it is whole; a take being recorded, or cut off by a crash, is not.
  public let isFinished: Bool

  /// Whether its session is set aside for judging.
  public let heldOut: Bool

  /// From its start to its last event or note end, in nanoseconds.
  public let nanoseconds: Int64

  /// How long the sustain pedal is down, in nanoseconds.
  public let pedalNanoseconds: Int64

  /// How many raw events it has.
  public let eventCount: Int

  /// How many notes it has.
  public let noteCount: Int

  /// The SHA-256 of its stored events, 64 hexadecimal digits; takes with the same events have the
  /// same. Empty until the take is finished.
  public let digest: String

  /// The file it was imported from.
  public let source: Source?

  /// How it was generated.
  public let generation: Generation?

  /// What the musician last said of it that was not undone.
  public let judgement: Judgement?

  /// 1 to 5, as last given.
  public let rating: Int?

  /// The musician's words, as last given.
  public let note: String?

  /// The take's number.
  public var id: Int64 { number }
}

// MARK: - Rows

extension TakeSummary {
  /// A query whose rows ``init(row:)`` reads; a WHERE clause follows it.
  static let select: SQL = """
    SELECT take.id, take.session, session.name, take.origin, take.startedAt, take.finished,
      session.heldOutAt IS NOT NULL, take.durationNanoseconds, take.pedalNanoseconds,
      take.eventCount, take.noteCount, take.digest,
      take.sourcePath, take.sourceDigest, take.sourceTrack,
      take.model, take.round, take.seed, take.stream, take.temperature, take.topP, take.primer,
      take.primerTake, take.modelDigest,
      currentVerdict.judgement, currentVerdict.rating, currentVerdict.note
    FROM take JOIN session ON session.id = take.session
      LEFT JOIN currentVerdict ON currentVerdict.take = take.id
    """

  /// Reads a row of ``select``, by position for the sake of lists of tens of thousands.
  init(row: Row) throws {
    guard let origin = Origin(rawValue: row[3]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a take of unknown origin")
    }
    var source: Source?
    if let path: String = row[12] {
      source = Source(path: path, digest: row[13], track: row[14])
    }
    var generation: Generation?
    if let model: String = row[15] {
      generation = Generation(
        round: row[16], model: model, seed: UInt64(bitPattern: row[17]), stream: row[18],
        temperature: row[19], topP: row[20], primer: row[21], primerTake: row[22],
        modelDigest: row[23])
    }
    self.init(
      number: row[0], session: row[1], sessionName: row[2], origin: origin,
      startedAt: Date(libraryNanoseconds: row[4]), isFinished: row[5], heldOut: row[6],
      nanoseconds: row[7], pedalNanoseconds: row[8], eventCount: row[9], noteCount: row[10],
      digest: row[11] ?? "", source: source, generation: generation,
      judgement: (row[24] as String?).flatMap(Judgement.init), rating: row[25], note: row[26])
  }
}
