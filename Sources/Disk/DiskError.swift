import Foundation
import Glibc

/// An error with a file; each case carries the facts in its message.
public enum DiskError: Error, Hashable, Sendable {
  /// The file at `path` could not be written; an existing file there is unchanged.
  case cannotWrite(path: String, cause: String)

  /// The folder at `path` could not be created.
  case cannotMakeFolder(path: String, cause: String)

  /// The folder to write into does not exist.
  case noFolder(path: String)

  /// The lock file at `path` could not be opened.
  case cannotLock(path: String, cause: String)

  /// Another process holds the lock at `path`: the `holder`, if known.
  case held(path: String, holder: LockHolder?)

  /// The cause, in words.
  public var cause: String {
    switch self {
    case .cannotWrite(_, let cause), .cannotMakeFolder(_, let cause), .cannotLock(_, let cause):
      cause
    case .noFolder: "there is no such folder"
    case .held(_, let holder): "\(holder?.description ?? "another process") holds it"
    }
  }

  /// An `errno` in words, with a remedy if the musician can do something about it.
  ///
  /// Source: errno(3).
  public static func cause(of code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full; make room and try again"
    case EROFS: "the disk is read-only"
    case EACCES, EPERM: "the file or its folder is closed to you"
    case EIO: "the disk fails (input/output error); look after it before you go on"
    case ENOENT: "the file or its folder is not there"
    case EISDIR: "it is a folder"
    case ENOTDIR: "what its path names as a folder is none"
    case EEXIST: "something is there already"
    default: unsafe String(cString: strerror(code))
    }
  }

  /// The cause of an error of Foundation's in words, from its `errno` if it has one.
  ///
  /// Foundation's own messages are not used: on Linux they say only that something did not work.
  package static func cause(of error: any Error) -> String {
    if let error = error as? DiskError { return error.cause }
    // Switch by domain, since on Linux every NSError can be cast to a CocoaError.
    let error = error as NSError
    switch error.domain {
    case NSPOSIXErrorDomain: return cause(of: Int32(error.code))
    case NSCocoaErrorDomain:
      if let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error {
        return cause(of: underlying)
      }
      return cause(of: CocoaError.Code(rawValue: error.code))
    default: return "the system does not say why"
    }
  }

  private static func cause(of code: CocoaError.Code) -> String {
    switch code {
    case .fileNoSuchFile, .fileReadNoSuchFile: cause(of: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: cause(of: EACCES)
    case .fileWriteFileExists: cause(of: EEXIST)
    case .fileWriteOutOfSpace: cause(of: ENOSPC)
    case .fileWriteVolumeReadOnly: cause(of: EROFS)
    case .fileReadTooLarge: cause(of: EFBIG)
    case .fileReadCorruptFile, .fileReadInapplicableStringEncoding,
      .fileReadUnknownStringEncoding:
      "it is not text"
    default: "the system does not say why"
    }
  }
}

extension DiskError: CustomStringConvertible {
  /// The sentence for the musician: `cannot <verb phrase>: <cause>`.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let cause): "cannot write \(path): \(cause)"
    case .cannotMakeFolder(let path, let cause): "cannot make the folder \(path): \(cause)"
    case .noFolder(let path): "cannot write into \(path): \(cause)"
    case .cannotLock(let path, let cause): "cannot lock \(path): \(cause)"
    case .held(let path, _): "cannot lock \(path): \(cause)"
    }
  }
}
