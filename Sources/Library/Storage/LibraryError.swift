import Disk
import Foundation
import GRDB
import Glibc

/// An error of the library; each case carries the facts in its message.
public enum LibraryError: Error, Hashable, Sendable {
  /// The file at `path` is not a library of woodshed's.
  case notALibrary(path: String)

  /// There is no file at `path`, where a project must have its library.
  case missing(path: String)

  /// The file at `path`, where a project must have its library, is empty.
  case empty(path: String)

  /// The file or its folder cannot be read for lack of permission.
  case closed(doing: String, path: String)

  /// The library was written by a newer woodshed: it has `migrations` unknown to this one.
  case newer(path: String, migrations: [String])

  /// Another process was writing for longer than the busy timeout; `holder` names it, if known.
  case locked(doing: String, path: String, holder: String?)

  /// The disk is full; nothing of the write was stored.
  case diskFull(doing: String, path: String)

  /// SQLite cannot create the files beside the library that it needs for writing.
  case noFilesBeside(doing: String, path: String)

  /// The file or its folder is read-only.
  case readOnly(doing: String, path: String)

  /// The library is read-only, but must be migrated since an older woodshed wrote it.
  case olderAndReadOnly(path: String)

  /// The library is read-only, but has a write-ahead log that must be checkpointed first.
  case brokenOffAndReadOnly(path: String)

  /// The disk fails.
  case diskFails(doing: String, path: String, code: Int32)

  /// The file is damaged.
  case corrupt(doing: String, path: String)

  /// A rule of the schema forbids the write; nothing of it was stored.
  case refused(doing: String, path: String, rule: String)

  /// Any other failure of SQLite, with its result code and message.
  case database(doing: String, path: String, code: Int32, message: String)

  /// No take, session, round or verdict has that number; `table` says which of these.
  case noSuch(table: String, number: Int64, path: String)

  /// There is no verdict left to undo.
  case nothingToUndo(path: String)

  /// The take is finished, so it cannot be appended to or finished again.
  case takeIsFinished(take: Int64, path: String)

  /// A take that has events, or is finished, cannot be dropped as empty.
  case takeIsNotEmpty(take: Int64, path: String)

  /// The event at `index` is earlier than the one before it, or than the start of its take.
  case outOfOrder(index: Int, nanoseconds: Int64)

  /// The event at `index` is later than a take may last.
  case tooLate(index: Int, nanoseconds: Int64)

  /// The event at `index` is not a MIDI message: `bytes` has a wrong status or data byte.
  case notMIDI(index: Int, bytes: [UInt8])

  /// The stored events of a take cannot be read: `cause` at `byte` of chunk `sequence`.
  case badChunk(take: Int64, sequence: Int, byte: Int, cause: String)

  /// `what` does not match its checksum, or is missing.
  case damaged(what: String, path: String)

  /// A copy of the library cannot be made.
  case noCopy(of: String, to: String, cause: String)

  /// A file to be hashed cannot be read.
  case unreadableFile(path: String, cause: String)

  /// A query over notes cannot be run.
  case query(cause: String)
}

extension LibraryError: CustomStringConvertible {
  /// The sentence for the musician: `cannot <verb phrase>: <cause>`.
  public var description: String {
    switch self {
    case .notALibrary(let path):
      "cannot open the library \(path): it is not a library of woodshed's"
    case .missing(let path):
      "cannot open the library \(path): it is not there"
    case .empty(let path):
      "cannot open the library \(path): it is empty"
    case .closed(let doing, let path):
      "cannot \(doing) \(path): \(DiskError.cause(of: EACCES))"
    case .newer(let path, let migrations):
      """
      cannot open the library \(path): a newer woodshed wrote it \
      (\(migrations.joined(separator: ", "))); update woodshed
      """
    case .locked(let doing, let path, let holder):
      """
      cannot \(doing) \(path): \(holder ?? "another process") is writing to it; try again when that \
      is done
      """
    case .diskFull(let doing, let path):
      "cannot \(doing) \(path): the disk is full; make room and try again"
    case .noFilesBeside(let doing, let path):
      """
      cannot \(doing) \(path): SQLite can make no files beside it; make room on the disk and see that \
      the folder is open to you
      """
    case .readOnly(let doing, let path):
      "cannot \(doing) \(path): the file or its folder is read-only"
    case .olderAndReadOnly(let path):
      """
      cannot open the library \(path): an older woodshed wrote it, and it cannot be brought up to \
      date where it is read-only
      """
    case .brokenOffAndReadOnly(let path):
      """
      cannot open the library \(path): a crash left it with an unfinished log, and the file or its \
      folder is read-only; copy the project to where it can be written
      """
    case .diskFails(let doing, let path, let code):
      "cannot \(doing) \(path): \(DiskError.cause(of: EIO)) (SQLite code \(code))"
    case .corrupt(let doing, let path):
      "cannot \(doing) \(path): the file is damaged"
    case .refused(let doing, let path, let rule):
      "cannot \(doing) \(path): \(rule)"
    case .database(let doing, let path, let code, let message):
      "cannot \(doing) \(path): \(message) (SQLite code \(code))"
    case .noSuch(let table, let number, let path):
      "cannot find \(table) \(number) in \(path): there is none of that number"
    case .nothingToUndo(let path):
      "cannot undo a verdict in \(path): none stands"
    case .takeIsFinished(let take, let path):
      "cannot add to take \(take) in \(path): it is finished"
    case .takeIsNotEmpty(let take, let path):
      "cannot drop take \(take) from \(path): it is finished or has events"
    case .outOfOrder(let index, let nanoseconds):
      "cannot store event \(index): its time, \(nanoseconds) ns, is before the event ahead of it"
    case .tooLate(let index, let nanoseconds):
      "cannot store event \(index): its time, \(nanoseconds) ns, is later than any take lasts"
    case .notMIDI(let index, let bytes):
      "cannot store event \(index): \(hexadecimal(bytes)) is not a MIDI message"
    case .badChunk(let take, let sequence, let byte, let cause):
      "cannot read the events of take \(take): chunk \(sequence), byte \(byte): \(cause)"
    case .damaged(let what, let path):
      "cannot read \(what) in \(path): it is not as it was written"
    case .noCopy(let path, let copy, let cause):
      "cannot copy the library \(path) to \(copy): \(cause)"
    case .unreadableFile(let path, let cause):
      "cannot read \(path): \(cause)"
    case .query(let cause):
      "cannot run the query: \(cause)"
    }
  }
}

extension LibraryError {
  /// Translates an error of SQLite's.
  ///
  /// Source: https://www.sqlite.org/rescode.html
  init(_ error: DatabaseError, doing: String, path: String) {
    self =
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        .locked(doing: doing, path: path, holder: LockHolder(ofLibrary: path)?.description)
      case .SQLITE_CANTOPEN where Self.isClosed(path): .closed(doing: doing, path: path)
      case _ where error.isOfFilesBeside && FileManager.default.fileExists(atPath: path):
        .noFilesBeside(doing: doing, path: path)
      case .SQLITE_FULL: .diskFull(doing: doing, path: path)
      case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(doing: doing, path: path)
      case .SQLITE_IOERR:
        .diskFails(doing: doing, path: path, code: error.extendedResultCode.rawValue)
      case .SQLITE_CORRUPT: .corrupt(doing: doing, path: path)
      case .SQLITE_NOTADB: .notALibrary(path: path)
      case .SQLITE_CONSTRAINT:
        .refused(doing: doing, path: path, rule: error.message ?? "a rule of the schema")
      default:
        .database(
          doing: doing, path: path, code: error.extendedResultCode.rawValue,
          message: error.message ?? "SQLite failed")
      }
  }

  /// Whether the file at `path` cannot be read for lack of permission.
  private static func isClosed(_ path: String) -> Bool {
    unsafe access(path, R_OK) != 0 && errno == EACCES
  }
}
