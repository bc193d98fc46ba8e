public import Foundation
import Glibc

/// A file being written under a temporary name in the same folder, and renamed at the end, so that its place
/// always holds the complete old file or the complete new one.
///
/// ```swift
/// let draft = Draft(for: file)
/// try render(to: draft.url)
/// try draft.keep()
/// ```
///
/// A draft that is not kept is removed with its object. The draft of a killed process is removed by the next
/// one in the same folder.
public final class Draft {
  /// Where to write.
  public let url: URL

  private let file: URL
  private var isKept = false

  /// A draft of a file; nothing is written yet.
  public init(for file: URL) {
    self.file = file
    let folder = file.deletingLastPathComponent()
    for left in DraftName.file.leftovers(in: folder) { _ = unsafe unlink(left.systemPath) }
    url = folder.appending(path: DraftName.file.fresh())
  }

  deinit {
    if !isKept { _ = unsafe unlink(url.systemPath) }
  }

  /// Creates the draft as an empty file, readable only by its owner, for another library to fill that would
  /// not report why it cannot create it.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func create() throws(DiskError) {
    let descriptor = unsafe open(url.systemPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    close(descriptor)
  }

  /// Syncs the draft to disk and renames it to its place atomically; an existing file is replaced.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  public func keep() throws(DiskError) {
    try synchronize(url, O_RDONLY)
    guard unsafe rename(url.systemPath, file.systemPath) == 0 else { throw failure() }
    isKept = true
    // The new name must survive a power cut too.
    try synchronize(url.deletingLastPathComponent(), O_RDONLY | O_DIRECTORY)
  }

  /// Writes a file atomically, even with respect to a power cut.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``; an existing `file` is unchanged then.
  public static func write(_ bytes: Data, to file: URL) throws(DiskError) {
    try write(to: file) { write throws(DiskError) in try write(bytes) }
  }

  /// Writes a file atomically, from pieces that `body` passes to its argument one after the other.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``; an existing `file` is unchanged then.
  public static func write(
    to file: URL, _ body: (_ write: (Data) throws(DiskError) -> Void) throws(DiskError) -> Void
  ) throws(DiskError) {
    let draft = Draft(for: file)
    try draft.fill(body)
    try draft.keep()
  }
}

// MARK: - Inside

extension Draft {
  private func fill(
    _ body: (_ write: (Data) throws(DiskError) -> Void) throws(DiskError) -> Void
  ) throws(DiskError) {
    let descriptor = unsafe open(url.systemPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure() }
    do throws(DiskError) {
      try body { bytes throws(DiskError) in try append(bytes, to: descriptor) }
    } catch {
      close(descriptor)
      throw error
    }
    // Some file systems report a full disk only now.
    guard close(descriptor) == 0 else { throw failure() }
  }

  private func append(_ bytes: Data, to descriptor: Int32) throws(DiskError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(count < 0 ? errno : ENOSPC) }
      rest = rest.dropFirst(count)
    }
  }

  /// Syncs a file or folder to disk.
  private func synchronize(_ url: URL, _ flags: Int32) throws(DiskError) {
    let descriptor = unsafe open(url.systemPath, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    // EINVAL: the file system does not support it.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      let failure = failure()
      close(descriptor)
      throw failure
    }
    close(descriptor)
  }

  private func failure(_ code: Int32 = errno) -> DiskError {
    .cannotWrite(path: file.systemPath, cause: DiskError.cause(of: code))
  }
}

extension URL {
  /// The path for system calls.
  var systemPath: String { path(percentEncoded: false) }
}
