import Foundation
import Glibc

/// What can go wrong with a file; each case carries the facts that its sentence tells.
public enum DiskError: Error, Hashable, Sendable {
  /// The file at `path` could not be written; what stood there still stands.
  case cannotWrite(path: String, cause: String)

  /// The lock file at `path` could not be opened.
  case cannotLock(path: String, cause: String)

  /// Another process holds the lock at `path`; `holder` is who, where the system tells.
  case held(path: String, holder: LockHolder?)

  /// What is behind it, in words.
  public var cause: String {
    switch self {
    case .cannotWrite(_, let cause), .cannotLock(_, let cause): cause
    case .held(_, let holder): "\(holder?.description ?? "another process") holds it"
    }
  }

  /// The system's number of an error in words; those that a musician can do something about say
  /// what.
  ///
  /// Source: errno(3).
  public static func cause(of code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full; make room and try again"
    case EROFS: "the disk is read-only"
    case EACCES, EPERM: "the file or its folder is closed to you"
    case EIO: "the disk fails (input/output error); look after it before you go on"
    default: unsafe String(cString: strerror(code))
    }
  }

  /// What is behind an error of Foundation's in words: the system's own where it tells its number.
  package static func cause(of error: any Error) -> String {
    let underlying = (error as? CocoaError)?.errorUserInfo[NSUnderlyingErrorKey] as? any Error
    if let error = underlying as? POSIXError { return cause(of: error.code.rawValue) }
    return (underlying ?? error).localizedDescription
  }
}

extension DiskError: CustomStringConvertible {
  /// The sentence for the musician: `cannot <verb phrase>: <cause>`.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let cause): "cannot write \(path): \(cause)"
    case .cannotLock(let path, let cause): "cannot lock \(path): \(cause)"
    case .held(let path, _): "cannot lock \(path): \(cause)"
    }
  }
}
