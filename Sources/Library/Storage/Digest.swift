import CDigest
import Disk
public import Foundation

/// SHA-256 digests, which name a content: 64 lower-case hexadecimal digits.
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

/// A SHA-256 under way.
public struct DigestHasher {
  private var context = SHA2_CTX()

  /// The digest of nothing yet.
  public init() {
    unsafe SHA256Init(&context)
  }

  /// Takes in more of the content.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe SHA256Update(&context, buffer.baseAddress, buffer.count)
    }
  }

  /// The digest of all that was taken in, 64 hexadecimal digits; the hasher is of no use afterwards.
  public mutating func finishText() -> String { hexadecimal(finish()) }

  /// The digest of all that was taken in, 32 bytes; the hasher is of no use afterwards.
  mutating func finish() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    unsafe SHA256Final(&bytes, &context)
    return bytes
  }
}

/// Two lower-case digits a byte, with nothing between.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
