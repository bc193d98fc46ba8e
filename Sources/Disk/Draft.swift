public import Foundation
import Glibc

/// A file while it is being written: beside its place and under another name, so that its place
/// holds the old file or the new one whole, whatever happens meanwhile.
///
/// ```swift
/// let draft = Draft(for: file)
/// try render(to: draft.url)
/// try draft.keep()
/// ```
///
/// A draft that is not kept goes away with its object. What a killed process leaves behind is taken
/// away by the next draft in the same folder.
public final class Draft {
  /// Where to write.
  public let url: URL

  private let file: URL
  private var isKept = false

  /// Begins a draft of a file; nothing is written yet.
  public init(for file: URL) {
    self.file = file
    let folder = file.deletingLastPathComponent()
    for left in DraftName.file.leftovers(in: folder) { _ = unsafe unlink(left.systemPath) }
    url = folder.appending(path: DraftName.file.fresh())
  }

  deinit {
    if !isKept { _ = unsafe unlink(url.systemPath) }
  }

  /// Makes the draft as an empty file, readable for its owner alone: what another library is to fill,
  /// which would not say why it cannot make it.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  package func create() throws(DiskError) {
    let descriptor = unsafe open(url.systemPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    close(descriptor)
  }

  /// Puts the draft in its place in one step, once it is on the disk; a file that is there is
  /// replaced.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``.
  public func keep() throws(DiskError) {
    try synchronize(url, O_RDONLY)
    guard unsafe rename(url.systemPath, file.systemPath) == 0 else { throw failure() }
    isKept = true
    // The new name, too, must outlive a power cut.
    try synchronize(url.deletingLastPathComponent(), O_RDONLY | O_DIRECTORY)
  }

  /// Writes a file so that it is there whole or not at all, even after a power cut.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``; what stood at `file` still stands then.
  public static func write(_ bytes: Data, to file: URL) throws(DiskError) {
    try write(to: file) { write throws(DiskError) in try write(bytes) }
  }

  /// Writes a file so from the pieces that `body` hands over one after the other.
  ///
  /// - Throws: ``DiskError/cannotWrite(path:cause:)``; what stood at `file` still stands then.
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
    // Some file systems tell only now that there was no room.
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

  /// Waits until a file or folder is on the disk.
  private func synchronize(_ url: URL, _ flags: Int32) throws(DiskError) {
    let descriptor = unsafe open(url.systemPath, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    // EINVAL: a file system that has nothing to wait for.
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
  /// The path as the system's calls take it.
  var systemPath: String { path(percentEncoded: false) }
}
