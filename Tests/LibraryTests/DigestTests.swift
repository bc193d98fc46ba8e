import Foundation
import Library
import Testing

@Suite struct DigestTests {
  /// Source: NIST CSRC example values for SHA-256: no bytes, one block, two blocks, a million bytes.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func agreesWithTheStandard(text: String, times: Int, digest: String) throws {
    let bytes = Array(String(repeating: text, count: times).utf8)
    #expect(Digest.sha256(of: bytes) == digest)

    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "content")
    try Data(bytes).write(to: file)
    #expect(try Digest.sha256(ofFileAt: file) == digest)
  }

  @Test func filesLongerThanOnePieceAreReadWhole() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "content")
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try Data(bytes).write(to: file)
    #expect(try Digest.sha256(ofFileAt: file) == Digest.sha256(of: bytes))
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "nothing.mid")
    let error = #expect(throws: LibraryError.self) { try Digest.sha256(ofFileAt: file) }
    #expect(error?.description.hasPrefix("cannot read \(file.path): ") == true)
  }
}
