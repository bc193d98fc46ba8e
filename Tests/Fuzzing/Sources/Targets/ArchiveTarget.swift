import Foundation

@testable import Archive

/// Tars that `restore` reads.
///
/// Bytes that begin with an odd number are entries that get a header each, its sum right: a name up to
/// a zero, a byte of how much the size is off, a byte of content. All others are the archive. Holds that
/// names stay in the folder, that contents are as long as they say, and that what was read was there.
enum ArchiveTarget: FuzzTarget {
  /// In memory, where there is such a place.
  private static let file = URL(
    filePath: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
  ).appending(path: "woodshed-fuzz-\(ProcessInfo.processInfo.processIdentifier).tar")

  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let archive = first & 1 == 0 ? Array(bytes.dropFirst()) : entries(bytes.dropFirst())
    guard (try? Data(archive).write(to: file)) != nil else { return }
    // The whole of it is read, in pieces.
    bounding(archive, perByte: 20) {
      guard let reader = try? TarReader(file) else { preconditionFailure("no file") }
      var read = 0
      while let entry = try? reader.next() {
        precondition(TarHeader.fault(inName: entry.name) == nil)
        var size = 0
        guard (try? reader.forEachPiece { size += $0.count }) != nil else { break }
        precondition(size == entry.size)
        read += TarHeader.block + size
      }
      precondition(read <= archive.count)
    }
  }

  private static func entries(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var archive: [UInt8] = []
    var rest = bytes
    while rest.count > 3, archive.count < 1 << 16 {
      let name = rest.prefix { $0 != 0 }
      rest = rest.dropFirst(name.count + 1)
      let size = Int(rest.popFirst() ?? 0)
      let content = rest.popFirst() ?? 0
      let header = TarHeader(
        name: String(decoding: name.prefix(100), as: UTF8.self), size: size, modified: 0)
      archive += header.bytes
      archive += Array(repeating: content, count: size + (-size & (TarHeader.block - 1)))
    }
    return archive + Array(repeating: 0, count: 2 * TarHeader.block)
  }
}
