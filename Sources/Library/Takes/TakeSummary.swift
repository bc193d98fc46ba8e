public import Foundation
import GRDB

/// One stored take, without its events and notes.
public struct TakeSummary: Hashable, Sendable, Identifiable {
  /// The take's number, from 1.
  public let number: Int64

  /// The session it belongs to.
  public let session: Int64

  /// The session's name.
  public let sessionName: String

  /// Who made it.
  public let origin: Origin

  /// When it began.
  public let startedAt: Date

  /// Whether it is finished; a take that is being recorded, or was interrupted by a crash, is not.
  public let isFinished: Bool

  /// Whether it is held out.
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

  /// The last keep or discard that was not undone.
  public let judgement: Judgement?

  /// The last rating that was not undone, 1 to 5.
  public let rating: Int?

  /// The last note that was not undone.
  public let note: String?

  /// The take's number.
  public var id: Int64 { number }
}

// MARK: - Rows

extension TakeSummary {
  /// A query whose rows ``init(row:path:)`` reads; a WHERE clause may follow it.
  static let select: SQL = """
    SELECT \(sql: SealKind.takeColumns),
      session.name, take.id IN (SELECT take FROM heldOutTake),
      currentVerdict.judgement, currentVerdict.rating, currentVerdict.note, seal.digest,
      primerEnd.nanoseconds, recipe.text, recipe.sourceTake
    FROM take JOIN session ON session.id = take.session
      LEFT JOIN currentVerdict ON currentVerdict.take = take.id
      LEFT JOIN primerEnd ON primerEnd.take = take.id
      LEFT JOIN recipe ON recipe.take = take.id
      LEFT JOIN seal ON seal.kind = 'take' AND seal.row = take.id
    """

  /// Reads a row of ``select``, by position for speed in lists of tens of thousands.
  ///
  /// - Throws: ``LibraryError/damaged(what:path:)`` when the take does not match its seal.
  init(row: Row, path: String) throws {
    let number: Int64 = try row.value(0)
    let isFinished: Bool = try row.value(4)
    let seal = Int64.fromDatabaseValue(row[27])
    var digest = SealDigest()
    digest.update(row, count: SealKind.takeColumnCount)
    guard isFinished ? seal == digest.finish() : seal == nil,
      let origin = row.text(2).flatMap(Origin.init)
    else { throw LibraryError.damaged(what: SealKind.take.name(number), path: path) }
    // From here on the row is verified, so forced conversions are safe.
    var source: Source?
    if let path: String = row[10] {
      source = Source(path: path, digest: row[11], track: row[12])
    }
    var generation: Generation?
    if let model: String = row[13] {
      generation = Generation(
        round: row[15], model: model, seed: UInt64(bitPattern: row[16]), stream: row[21],
        temperature: row[17], topP: row[18], primer: row[20], primerTake: row[19],
        primerEnd: row[28], modelDigest: row[14], recipe: row[29], sourceTake: row[30])
    }
    self.init(
      number: number, session: row[1], sessionName: row.text(22) ?? "", origin: origin,
      startedAt: Date(libraryNanoseconds: row[3]), isFinished: isFinished,
      heldOut: try row.value(23), nanoseconds: row[5], pedalNanoseconds: row[6],
      eventCount: row[7], noteCount: row[8], digest: row[9] ?? "", source: source,
      generation: generation, judgement: row.text(24).flatMap(Judgement.init),
      rating: Int.fromDatabaseValue(row[25]), note: row.text(26))
  }
}
