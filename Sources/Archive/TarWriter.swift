import Disk
public import Foundation
import Glibc

/// Writes a tar archive of plain files, which any tar program can read.
///
/// ```swift
/// let writer = try TarWriter(creating: part)
/// try writer.add("blues/manifest.json", bytes)
/// try writer.finish()
/// ```
///
/// The file is new, readable only by its owner, and incomplete before ``finish()``.
public final class TarWriter {
  private let path: String
  private let handle: FileHandle

  /// Creates the file.
  ///
  /// - Throws: ``ArchiveError/unwritable(path:cause:)``, also when there is anything of that name.
  public init(creating file: URL) throws {
    path = file.path(percentEncoded: false)
    handle = try NewFile.handle(path, mode: 0o600)
  }

  /// Adds a file with this content.
  ///
  /// - Throws: ``ArchiveError``.
  public func add(_ name: String, _ content: [UInt8], modified: Date = Date()) throws {
    try add(name, size: content.count, modified: modified) { write in try write(content) }
  }

  /// Adds a file whose content comes in pieces.
  ///
  /// - Parameters:
  ///   - name: Its relative path, at most 100 bytes, which must not lead out of the target folder.
  ///   - size: The size of its content in bytes, less than 8 GiB.
  ///   - content: Passes the pieces to `write`, `size` bytes in all.
  /// - Throws: ``ArchiveError``, and what `content` throws.
  public func add(
    _ name: String, size: Int, modified: Date,
    _ content: (_ write: (_ piece: [UInt8]) throws -> Void) throws -> Void
  ) throws {
    if let fault = TarHeader.fault(inName: name) {
      throw ArchiveError.forbidden(path: path, entry: name, cause: fault)
    }
    guard 0...TarHeader.largest ~= size else {
      throw ArchiveError.unwritable(path: path, cause: "\(name) has 8 GiB or more")
    }
    let header = TarHeader(
      name: name, size: size, modified: Int(modified.timeIntervalSince1970))
    try write(header.bytes)
    var rest = size
    try content { piece in
      rest -= piece.count
      guard rest >= 0 else { throw grown(name) }
      try write(piece)
    }
    guard rest == 0 else { throw grown(name) }
    try write([UInt8](repeating: 0, count: -size & (TarHeader.block - 1)))
  }

  /// Ends the archive and syncs it to disk.
  ///
  /// - Throws: ``ArchiveError/unwritable(path:cause:)``.
  public func finish() throws {
    try write([UInt8](repeating: 0, count: 2 * TarHeader.block))
    do {
      try handle.synchronize()
      try handle.close()
    } catch {
      throw ArchiveError.unwritable(path: path, cause: DiskError.cause(of: error))
    }
  }

  private func grown(_ name: String) -> ArchiveError {
    .unwritable(path: path, cause: "\(name) has changed while it was read; try again")
  }

  private func write(_ bytes: [UInt8]) throws {
    do {
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw ArchiveError.unwritable(path: path, cause: DiskError.cause(of: error))
    }
  }
}

/// Creates files exclusively: never over an existing one, and never through a link.
public enum NewFile {
  /// Creates a file and opens it for writing.
  ///
  /// - Parameter mode: Its permissions before the umask.
  /// - Throws: ``ArchiveError/unwritable(path:cause:)``, also when there is anything of that name.
  public static func handle(_ path: String, mode: UInt32 = 0o666) throws -> FileHandle {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw ArchiveError.unwritable(path: path, cause: DiskError.cause(of: errno))
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
