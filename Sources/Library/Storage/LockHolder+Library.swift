import Disk
import Foundation

extension LockHolder {
  /// The process that is writing to the library at `path`; nil if it cannot be found out.
  ///
  /// In WAL mode SQLite locks bytes 120 to 122 of the `-shm` file for writing, checkpointing and recovery;
  /// while it creates or recovers a database it locks bytes of the file itself from 1 GiB on.
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
