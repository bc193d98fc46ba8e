import Disk
import Foundation

/// A file of 32-bit floats that is read in pieces.
struct FloatFile {
  /// Floats in a piece, 1 MiB: a saved run is as large as everything that a run holds in memory, so it is
  /// never loaded whole.
  static let atOnce = 1 << 18

  /// The file's size in bytes.
  let count: Int
  private let handle: FileHandle
  private let path: String

  /// Opens a file.
  ///
  /// - Throws: ``CheckpointError/unreadable(path:cause:)``.
  init(_ file: URL) throws {
    path = file.path(percentEncoded: false)
    do {
      handle = try FileHandle(forReadingFrom: file)
      count = Int(try handle.seekToEnd())
    } catch {
      throw CheckpointError.unreadable(path: path, cause: DiskError.cause(of: error))
    }
  }

  var damaged: CheckpointError { .otherRun(path: path, cause: "it is damaged") }

  /// Up to `count` bytes from byte `place` on; fewer at the end of the file.
  func bytes(at place: Int, count: Int) throws -> [UInt8] {
    do {
      try handle.seek(toOffset: UInt64(place))
      return [UInt8](try handle.read(upToCount: count) ?? Data())
    } catch {
      throw CheckpointError.unreadable(path: path, cause: "it cannot be read to its end")
    }
  }

  /// `count` little-endian 32-bit floats from byte `place` on.
  func numbers(at place: Int, count: Int) throws -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    try pieces(at: place, count: count) { numbers += $0 }
    return numbers
  }

  /// Fills a buffer with the floats from byte `place` on.
  func read(at place: Int, into buffer: FloatBuffer) throws {
    var next = 0
    try pieces(at: place, count: buffer.count) { numbers in
      for number in numbers {
        buffer[next] = number
        next += 1
      }
    }
  }

  private func pieces(at place: Int, count: Int, _ take: ([Float]) -> Void) throws {
    for first in stride(from: 0, to: count, by: Self.atOnce) {
      let size = 4 * min(Self.atOnce, count - first)
      let bytes = try bytes(at: place + 4 * first, count: size)
      guard bytes.count == size else { throw damaged }
      take(SafeTensors.Element.float32.floats(bytes[...]))
    }
  }
}
