import Disk
import Foundation

extension LockHolder {
  /// Who is writing to the library at `path`, nil where the system does not tell.
  ///
  /// In WAL mode SQLite locks bytes 120 to 122 of the index, for writing, for moving the log into
  /// the database and for mending it; while it makes or mends a database, bytes of the file itself
  /// from 1 GiB on.
  ///
  /// Source: https://www.sqlite.org/walformat.html#wal_locks and SQLite's `os.h`, PENDING_BYTE.
  init?(ofLibrary path: String) {
    if let holder = LockHolder(of: URL(filePath: path + "-shm"), .bytes, bytes: 120...122) {
      self = holder
    } else if let holder = LockHolder(
      of: URL(filePath: path), .bytes, bytes: 0x4000_0000...0x4000_01FF)
    {
      self = holder
    } else {
      return nil
    }
  }
}
