import Foundation
import Testing

@testable import Network

@Suite struct SafeTensorsTests {
  /// A container written by hand: the length of the header, the header, the bytes.
  private func container(_ header: String, _ bytes: [UInt8], claiming length: UInt64? = nil) -> Data
  {
    var data = Data()
    let length = length ?? UInt64(header.utf8.count)
    data.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    data.append(contentsOf: header.utf8)
    data.append(contentsOf: bytes)
    return data
  }

  private func message(_ data: Data) -> String {
    do {
      _ = try SafeTensors.read(data, path: "a.safetensors")
      return "read"
    } catch {
      return String(describing: error).replacing(
        "cannot read weights from a.safetensors: it is not a whole safetensors file: ", with: "")
    }
  }

  @Test func threeTypesAreRead() throws {
    let read = try SafeTensors.read(
      container(
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},"#
          + #""c":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},"#
          + #""d":{"dtype":"F32","shape":[],"data_offsets":[16,20]},"#
          + #""__metadata__":{"made":"by hand"}}"#,
        [
          0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x20, 0xC1,  // 1, -10
          0x00, 0x3C, 0x55, 0x35,  // 1, 0.33325195
          0x80, 0x3F, 0x49, 0x40,  // 1, 3.140625
          0x00, 0x00, 0x00, 0x40,  // 2
        ]), path: "a")
    #expect(read.tensors.map(\.name) == ["a", "b", "c", "d"])
    #expect(read.tensors.map(\.shape) == [[1, 2], [2], [2], []])
    #expect(read.tensors.map(\.values) == [[1, -10], [1, 0.33325195], [1, 3.140625], [2]])
    #expect(read.metadata == ["made": "by hand"])
  }

  @Test func roundsToTheNearest() {
    // Halfway between two bfloat16 goes to the even one.
    let values: [Float] = [1, 1.0 + 0x1p-8, 1.0 + 0x1.8p-7, -0x1.FFFFFEp127, .nan]
    let bytes = SafeTensors.Element.bfloat16.bytes(values)
    #expect(Array(bytes[0..<6]) == [0x80, 0x3F, 0x80, 0x3F, 0x82, 0x3F])
    let read = SafeTensors.Element.bfloat16.floats(bytes[...])
    #expect(read[3] == -.infinity)
    #expect(read[4].isNaN)
    #expect(SafeTensors.Element.float16.bytes([1, 65504]) == [0x00, 0x3C, 0xFF, 0x7B])
  }

  @Test func damageIsOneSentence() {
    let entry = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let bytes = Array(repeating: UInt8(0), count: 8)
    #expect(message(container(entry, bytes)) == "read")
    #expect(message(Data()) == "it has 0 bytes")
    #expect(message(Data([1, 2, 3])) == "it has 3 bytes")
    #expect(
      message(container(entry, [])) == "a lies outside the file")
    #expect(
      message(container(entry, bytes, claiming: 1 << 62))
        == "its header claims 4611686018427387904 bytes, the file has 70")
    #expect(
      message(container(entry, bytes, claiming: .max))
        == "its header claims 18446744073709551615 bytes, the file has 70")
    #expect(
      message(container(entry, bytes, claiming: 63))
        == "its header claims 63 bytes, the file has 70")
    #expect(message(container("[1]", bytes)) == "its header is not JSON")
    #expect(message(container("{\"a\":", bytes)) == "its header is not JSON")
    #expect(message(container(#"{"a":{}}"#, bytes)) == "the entry of a is incomplete")
    #expect(
      message(container(#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, bytes))
        == "a is of type I64; F32, F16 and BF16 are read")
    #expect(
      message(container(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, bytes))
        == "a needs 12 bytes and has 8")
    #expect(
      message(container(#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, bytes))
        == "the entry of a is incomplete")
    #expect(
      message(
        container(
          #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, bytes))
        == "a is too large")
    #expect(
      message(container(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, bytes))
        == "a lies outside the file")
    #expect(
      message(
        container(
          #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
            + #""b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, bytes))
        == "a and b overlap")
    #expect(
      message(
        container(
          #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, bytes))
        == "bytes 0 to 4 belong to no tensor")
    #expect(
      message(
        container(
          #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, bytes))
        == "bytes 4 to 8 belong to no tensor")
  }

  /// Whatever the bytes are, reading ends with a result or a sentence.
  @Test func noDamageTraps() throws {
    let weights = Weights(
      shape: NetworkShape(vocabulary: 2, embedding: 1, hidden: 1, layers: 1), seed: 1)
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.safetensors")
    try Checkpoint.write(weights, to: file, as: .float32)
    let good = try Data(contentsOf: file)
    for length in 0..<good.count {
      #expect(throws: CheckpointError.self) {
        try Checkpoint.read(good.prefix(length), path: "a")
      }
    }
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      var bad = good
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bad[Int.random(in: 0..<bad.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      _ = try? Checkpoint.read(bad, path: "a")
    }
  }
}
