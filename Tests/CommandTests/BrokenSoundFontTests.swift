import Foundation
import Synth
import Testing

/// SoundFonts that are broken give one sentence, and never a silent file.
@Suite(.enabled(if: (try? SoundFont.find()) != nil, "there is no SoundFont here"))
struct BrokenSoundFontTests {
  /// Where a chunk of a RIFF file begins, its name and length left out.
  private static func place(of chunk: String, in bytes: Data) throws -> Int {
    try #require(bytes.firstRange(of: Data(chunk.utf8))).upperBound + 4
  }

  @Test(arguments: [
    "no samples", "scrambled headers", "half", "tenth", "only a head", "zeros after the head",
    "numbers all ones",
  ])
  func oneSentenceAndNoSilence(kind: String) throws {
    let bench = try FaultBench()
    var bytes = try Data(contentsOf: SoundFont.find().file)
    switch kind {
    case "no samples":
      let begin = try Self.place(of: "smpl", in: bytes)
      // The last: among samples any four letters may stand.
      let end =
        try #require(bytes.range(of: Data("pdta".utf8), options: .backwards)).lowerBound - 8
      bytes.replaceSubrange(begin..<end, with: Data(count: end - begin))
    case "scrambled headers":
      let begin = try Self.place(of: "phdr", in: bytes)
      for place in stride(from: begin, to: bytes.count, by: 7) { bytes[place] ^= 0x5A }
    case "half": bytes = bytes.prefix(bytes.count / 2)
    case "tenth": bytes = bytes.prefix(bytes.count / 10)
    case "only a head": bytes = bytes.prefix(12)
    case "zeros after the head":
      bytes.replaceSubrange(64..<bytes.count, with: Data(count: bytes.count - 64))
    default:
      let begin = try Self.place(of: "shdr", in: bytes)
      bytes.replaceSubrange(
        begin..<bytes.count, with: Data(repeating: 0xFF, count: bytes.count - begin))
    }
    let font = bench.folder.appending(path: "broken.sf2")
    try bytes.write(to: font)
    let file = bench.folder.appending(path: "take.wav")
    let outcome = try bench.run(
      ["render", "9", "--to", file.path(), "--soundfont", font.path()])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix("cannot "), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: file.path()))
    if kind == "no samples" {
      #expect(
        outcome.error
          == "cannot make sound with \(font.path()): the take has notes, and not one is heard; the "
          + "SoundFont may be damaged, or the take's volume is at 0; try another with --soundfont\n"
      )
    }
  }
}
