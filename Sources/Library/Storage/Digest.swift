import CDigest
import Disk
public import Foundation

/// SHA-256 digests as 64 lower-case hexadecimal digits.
///
/// ```swift
/// Digest.sha256(of: Array("abc".utf8))  // "ba7816bf…f20015ad"
/// ```
///
/// Source: FIPS 180-4, computed by libmd.
public enum Digest {
  /// The SHA-256 of `bytes`.
  public static func sha256(of bytes: [UInt8]) -> String {
    var hasher = DigestHasher()
    hasher.update(bytes)
    return hexadecimal(hasher.finish())
  }

  /// The SHA-256 of the content of `file`, read in pieces.
  ///
  /// - Throws: ``LibraryError/unreadableFile(path:cause:)``.
  public static func sha256(ofFileAt file: URL) throws -> String {
    do {
      let handle = try FileHandle(forReadingFrom: file)
      var hasher = DigestHasher()
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        hasher.update([UInt8](piece))
      }
      return hexadecimal(hasher.finish())
    } catch {
      throw LibraryError.unreadableFile(path: file.path, cause: DiskError.cause(of: error))
    }
  }
}

/// An incremental SHA-256.
public struct DigestHasher {
  private var context = SHA2_CTX()

  /// A hasher without any bytes yet.
  public init() {
    unsafe SHA256Init(&context)
  }

  /// Hashes more bytes.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe SHA256Update(&context, buffer.baseAddress, buffer.count)
    }
  }

  /// The digest of all bytes, 64 hexadecimal digits; the hasher must not be used afterwards.
  public mutating func finishText() -> String { hexadecimal(finish()) }

  /// The digest of all bytes, 32 bytes; the hasher must not be used afterwards.
  mutating func finish() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    unsafe SHA256Final(&bytes, &context)
    return bytes
  }
}

/// Bytes as lower-case hexadecimal digits, two for each, without separators.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
