/// An error in reading or writing an archive.
public enum ArchiveError: Error, Hashable, Sendable {
  /// The file is missing, not readable, or not a plain file.
  case unreadable(path: String, cause: String)
  /// The file is not an archive of the supported format, or it is damaged or truncated.
  case malformed(path: String, byte: Int, cause: String)
  /// An entry has a forbidden name, or is not a plain file.
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
