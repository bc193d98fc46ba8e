import Foundation

/// The safetensors container: eight bytes of header length, a JSON header, the tensors' bytes.
///
/// Source: the format's description in huggingface/safetensors.
struct SafeTensors {
  /// A tensor's number format.
  enum Element: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    var size: Int { self == .float32 ? 4 : 2 }
  }

  struct Tensor {
    var name: String
    var shape: [Int]
    var values: [Float]
  }

  /// The format's own limit of the header's length in bytes.
  private static let longestHeader = 100_000_000

  var tensors: [Tensor]
  var metadata: [String: String]

  /// Reads a container; `path` is for messages.
  ///
  /// - Throws: ``CheckpointError/malformed(path:cause:)``. Sizes that the header claims are checked against
  ///   the file's size before anything is allocated.
  static func read(_ data: Data, path: String) throws -> SafeTensors {
    func malformed(_ cause: String) -> CheckpointError { .malformed(path: path, cause: cause) }
    let bytes = [UInt8](data)
    guard bytes.count >= 8 else { throw malformed("it has \(bytes.count) bytes") }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    guard length <= longestHeader, Int(length) <= bytes.count - 8 else {
      throw malformed("its header claims \(length) bytes, the file has \(bytes.count)")
    }
    let start = 8 + Int(length)
    guard
      let header = try? JSONSerialization.jsonObject(with: Data(bytes[8..<start]))
        as? [String: Any]
    else { throw malformed("its header is not JSON") }

    var found: [(name: String, shape: [Int], element: Element, range: Range<Int>)] = []
    for (name, entry) in header where name != "__metadata__" {
      guard let entry = entry as? [String: Any], let type = entry["dtype"] as? String,
        let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int],
        offsets.count == 2, shape.allSatisfy({ $0 >= 0 }), shape.count <= 8
      else { throw malformed("the entry of \(name.prefix(60)) is incomplete") }
      guard let element = Element(rawValue: type) else {
        throw malformed(
          "\(name.prefix(60)) is of type \(type.prefix(20)); F32, F16 and BF16 are read")
      }
      guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= bytes.count - start else {
        throw malformed("\(name.prefix(60)) lies outside the file")
      }
      var count = element.size
      for size in shape {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        guard !overflows else { throw malformed("\(name.prefix(60)) is too large") }
        count = product
      }
      guard count == offsets[1] - offsets[0] else {
        throw malformed(
          "\(name.prefix(60)) needs \(count) bytes and has \(offsets[1] - offsets[0])")
      }
      let range = (start + offsets[0])..<(start + offsets[1])
      found.append((name, shape, element, range))
    }
    found.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var end = start
    var last = ""
    for (name, _, _, range) in found {
      guard range.lowerBound >= end else {
        throw malformed("\(last.prefix(60)) and \(name.prefix(60)) overlap")
      }
      guard range.lowerBound == end else {
        throw malformed("bytes \(end - start) to \(range.lowerBound - start) belong to no tensor")
      }
      (end, last) = (range.upperBound, name)
    }
    guard end == bytes.count else {
      throw malformed("bytes \(end - start) to \(bytes.count - start) belong to no tensor")
    }
    let metadata = header["__metadata__"] as? [String: String] ?? [:]
    return SafeTensors(
      tensors: found.map {
        Tensor(name: $0.name, shape: $0.shape, values: $0.element.floats(bytes[$0.range]))
      }, metadata: metadata)
  }

  /// The container's bytes, with the tensors in order and the header padded to a multiple of 8 bytes.
  func bytes(as element: Element) throws -> Data {
    var header: [String: Any] = [:]
    var offset = 0
    for tensor in tensors {
      let size = tensor.values.count * element.size
      header[tensor.name] = [
        "dtype": element.rawValue, "shape": tensor.shape,
        "data_offsets": [offset, offset + size],
      ]
      offset += size
    }
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var json = try JSONSerialization.data(
      withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    while json.count % 8 != 0 { json.append(0x20) }
    var data = Data(capacity: 8 + json.count + offset)
    data.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
    data.append(json)
    for tensor in tensors { data.append(contentsOf: element.bytes(tensor.values)) }
    return data
  }
}

extension SafeTensors.Element {
  /// Little-endian bytes → numbers.
  func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    let start = bytes.startIndex
    func word(_ index: Int) -> UInt16 {
      UInt16(bytes[start + 2 * index]) | UInt16(bytes[start + 2 * index + 1]) << 8
    }
    return (0..<(bytes.count / size)).map { index in
      switch self {
      case .float16: Float(Float16(bitPattern: word(index)))
      case .bfloat16: Float(bitPattern: UInt32(word(index)) << 16)
      case .float32:
        Float(
          bitPattern: UInt32(word(2 * index)) | UInt32(word(2 * index + 1)) << 16)
      }
    }
  }

  /// Numbers → little-endian bytes, rounded to the nearest representable number.
  func bytes(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * size)
    func append(_ word: UInt16) {
      bytes.append(UInt8(truncatingIfNeeded: word))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }
    for value in values {
      switch self {
      case .float16: append(Float16(value).bitPattern)
      case .bfloat16:
        let bits = value.bitPattern
        // To nearest, ties to even; a NaN stays one.
        let rounded = value.isNaN ? bits | 0x40_0000 : bits &+ 0x7FFF &+ (bits >> 16 & 1)
        append(UInt16(truncatingIfNeeded: rounded >> 16))
      case .float32:
        append(UInt16(truncatingIfNeeded: value.bitPattern))
        append(UInt16(truncatingIfNeeded: value.bitPattern >> 16))
      }
    }
    return bytes
  }
}
