/// The header of a file in a tar archive: a block of 512 bytes before its content.
///
/// Only plain files with short names are supported, which is what woodshed writes. Everything else is
/// refused: folders, links, devices, names that lead out of the target folder, and extensions.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarHeader: Hashable {
  /// The size of a header in bytes; contents are padded to a multiple of it.
  static let block = 512

  /// The largest size, with eleven octal digits: 8 GiB less one byte.
  static let largest = 0o777_7777_7777

  /// The relative path of the file, separated by slashes.
  var name: String

  /// Bytes of its content.
  var size: Int

  /// When it was modified, in seconds since 1970.
  var modified: Int
}

// MARK: - Names

extension TarHeader {
  /// Why a name is forbidden; nil for an allowed one.
  static func fault(inName name: String) -> String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name.utf8.count > 100 { return "its name is too long" }
    if name.hasPrefix("/") { return "its name leads out of the folder" }
    if parts.contains("..") { return "its name leads out of the folder" }
    if parts.contains(where: { $0.isEmpty || $0 == "." }) { return "its name is not a file's" }
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control && $0 != "\\"
    }
    return isPlain ? nil : "its name has characters that no file of a project has"
  }
}

// MARK: - Bytes

extension TarHeader {
  /// The header's 512 bytes.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte }
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put(octal(0o600, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(size, digits: 11), at: 124)
    put(octal(max(0, min(modified, Self.largest)), digits: 11), at: 136)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(Self.sum(of: bytes), digits: 6) + "\u{0} ", at: 148)
    return bytes
  }

  /// Why bytes are not an acceptable header.
  enum Fault: Error {
    case malformed(String)
    case forbidden(entry: String, String)
  }

  /// Parses a header; nil for a block of zeros, which ends an archive.
  init?(_ bytes: [UInt8]) throws(Fault) {
    precondition(bytes.count == Self.block, "a header of \(bytes.count) bytes")
    if bytes.allSatisfy({ $0 == 0 }) { return nil }
    guard Array(bytes[257..<265]) == Array("ustar\u{0}00".utf8) else {
      throw .malformed("there is no header of the tar format that woodshed writes")
    }
    guard try Self.number(bytes[148..<154]) == Self.sum(of: bytes), bytes[154] == 0,
      bytes[155] == 0x20
    else {
      throw .malformed("a header is damaged")
    }
    guard let name = String(validating: bytes[0..<100].prefix { $0 != 0 }, as: UTF8.self) else {
      throw .malformed("a name is not text")
    }
    guard bytes[156] == UInt8(ascii: "0") else {
      throw .forbidden(entry: name, "it is not a plain file")
    }
    guard bytes[157..<257].allSatisfy({ $0 == 0 }), bytes[345..<500].allSatisfy({ $0 == 0 }) else {
      throw .forbidden(entry: name, "it is a link, or its name goes on elsewhere")
    }
    if let fault = Self.fault(inName: name) { throw .forbidden(entry: name, fault) }
    self.name = name
    size = try Self.number(bytes[124..<136])
    modified = try Self.number(bytes[136..<148])
  }

  /// The header's checksum: the sum of its bytes, with the checksum field counted as blanks.
  private static func sum(of bytes: [UInt8]) -> Int {
    bytes.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
  }

  /// Parses octal digits up to a zero byte or a blank.
  private static func number(_ field: ArraySlice<UInt8>) throws(Fault) -> Int {
    let digits = field.prefix { $0 != 0 && $0 != 0x20 }
    guard !digits.isEmpty, digits.count <= 11, digits.allSatisfy({ 0x30...0x37 ~= $0 }) else {
      throw .malformed("a number in a header is none")
    }
    return digits.reduce(0) { $0 << 3 | Int($1 & 7) }
  }
}
