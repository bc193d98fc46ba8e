import Disk
public import Foundation

/// Reads an untrusted tar archive of plain files, from front to back.
///
/// It refuses entries larger than the rest of the file, duplicate names, and anything after the end. Contents
/// are read in pieces, so that no archive fills the memory.
public final class TarReader {
  /// One file in an archive.
  public struct Entry: Hashable, Sendable {
    /// Its relative path, which does not lead out of the target folder.
    public let name: String
    /// Bytes of its content.
    public let size: Int
  }

  /// The size of the archive in bytes.
  public let size: Int

  private let path: String
  private let handle: FileHandle
  private var position = 0
  private var unread = 0
  private var names: Set<String> = []

  /// Opens an archive.
  ///
  /// - Throws: ``ArchiveError/unreadable(path:cause:)``.
  public init(_ file: URL) throws {
    path = file.path(percentEncoded: false)
    do {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: file.resolvingSymlinksInPath().path(percentEncoded: false))
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw ArchiveError.unreadable(path: path, cause: "it is no plain file")
      }
      handle = try FileHandle(forReadingFrom: file)
      size = Int(try handle.seekToEnd())
      try handle.seek(toOffset: 0)
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw ArchiveError.unreadable(path: path, cause: DiskError.cause(of: error))
    }
  }

  /// The next file; nil at the archive's end.
  ///
  /// - Throws: ``ArchiveError``.
  public func next() throws -> Entry? {
    try skip()
    let header: TarHeader?
    let start = position
    do {
      header = try TarHeader(try read(TarHeader.block))
    } catch .malformed(let cause) as TarHeader.Fault {
      throw ArchiveError.malformed(path: path, byte: start, cause: cause)
    } catch .forbidden(let entry, let cause) as TarHeader.Fault {
      throw ArchiveError.forbidden(path: path, entry: entry, cause: cause)
    }
    guard let header else {
      try requireEnd()
      return nil
    }
    guard header.size <= size - position else {
      throw ArchiveError.malformed(
        path: path, byte: start,
        cause: "\(header.name) claims \(header.size) bytes and there are \(size - position)")
    }
    guard names.insert(header.name).inserted else {
      throw ArchiveError.forbidden(path: path, entry: header.name, cause: "it is there twice")
    }
    unread = header.size
    return Entry(name: header.name, size: header.size)
  }

  /// The whole content of the last entry of ``next()``, which must be small.
  ///
  /// - Parameter limit: The largest size accepted, in bytes.
  /// - Throws: ``ArchiveError``.
  public func content(of entry: Entry, limit: Int) throws -> [UInt8] {
    guard entry.size <= limit else {
      throw ArchiveError.malformed(
        path: path, byte: position, cause: "\(entry.name) is too large: \(entry.size) bytes")
    }
    var content: [UInt8] = []
    try forEachPiece { content += $0 }
    return content
  }

  /// Calls `body` with the content of the last entry of ``next()``, in pieces of at most a megabyte.
  ///
  /// - Throws: ``ArchiveError``, and what `body` throws.
  public func forEachPiece(_ body: (_ piece: [UInt8]) throws -> Void) throws {
    let size = unread
    while unread > 0 {
      let piece = try read(min(unread, 1 << 20))
      unread -= piece.count
      try body(piece)
    }
    _ = try read(-size & (TarHeader.block - 1))
  }

  // MARK: - Inside

  private func skip() throws {
    if unread > 0 { try forEachPiece { _ in } }
  }

  /// Reads exactly `count` bytes.
  private func read(_ count: Int) throws -> [UInt8] {
    guard count > 0 else { return [] }
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let piece = try? handle.read(upToCount: count - bytes.count), !piece.isEmpty else {
        throw ArchiveError.malformed(
          path: path, byte: position, cause: "the archive ends where more should come")
      }
      position += piece.count
      bytes += piece
    }
    return bytes
  }

  /// Checks the end of the archive: a second block of zeros, after which only zeros may follow, since some
  /// programs pad to a whole record.
  private func requireEnd() throws {
    guard try read(TarHeader.block).allSatisfy({ $0 == 0 }) else {
      throw ArchiveError.malformed(
        path: path, byte: position - TarHeader.block, cause: "something follows the end")
    }
    while position < size {
      let start = position
      guard try read(min(size - position, 1 << 16)).allSatisfy({ $0 == 0 }) else {
        throw ArchiveError.malformed(path: path, byte: start, cause: "something follows the end")
      }
    }
  }
}
