/// What can be wrong with an archive.
public enum ArchiveError: Error, Hashable, Sendable {
  /// The file is missing, closed to you, or no plain file.
  case unreadable(path: String, cause: String)
  /// The file is no archive of the one kind that is read, or it is damaged or cut short.
  case malformed(path: String, byte: Int, cause: String)
  /// An entry asks to be written where nothing may be, or is no plain file.
  case forbidden(path: String, entry: String, cause: String)
  /// The file cannot be written.
  case unwritable(path: String, cause: String)
}

extension ArchiveError: CustomStringConvertible {
  /// What went wrong, in one sentence.
  public var description: String {
    switch self {
    case .unreadable(let path, let cause): "cannot read \(path): \(cause)"
    case .malformed(let path, let byte, let cause):
      "cannot read \(path): at byte \(byte), \(cause)"
    case .forbidden(let path, let entry, let cause):
      "cannot unpack \(entry) from \(path): \(cause)"
    case .unwritable(let path, let cause): "cannot write \(path): \(cause)"
    }
  }
}
