public import Foundation
import Glibc

/// An exclusive lock among processes, released when the object or the process ends, however it ends.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Locks a file, which is created if it does not exist, without waiting.
  ///
  /// - Throws: ``DiskError/held(path:holder:)``, ``DiskError/cannotLock(path:cause:)``.
  public init(at file: URL) throws(DiskError) {
    let path = file.systemPath
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .cannotLock(path: path, cause: DiskError.cause(of: errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw .cannotLock(path: path, cause: DiskError.cause(of: code))
      }
      throw .held(path: path, holder: LockHolder(of: file, .whole))
    }
  }

  deinit { close(descriptor) }
}
