import Foundation
import Testing

/// Small files that claim to be large, read where no more than a gigabyte and a half can be had: whoever
/// believes them is ended by the system.
@Suite struct ClaimTests {
  /// Reads a file of these bytes by a command.
  private func read(_ bytes: [UInt8], _ name: String, _ words: (_ file: String) -> [String]) throws
    -> Program.Outcome
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "claim-\(UUID())")
    let project = folder.appending(path: "claims")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(try Program.run(["new", project.path()]).status == 0)
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return try Program.run(
      words(file.path()), in: project, through: ["prlimit", "--as=1500000000"])
  }

  /// A header for one track, and what comes after it.
  private static func music(_ rest: [UInt8]) -> [UInt8] {
    [
      0x4D, 0x54, 0x68, 0x64, 0, 0, 0, 6,  // MThd
      0, 0, 0, 1, 0x01, 0xE0,  // format 0, one track, 480 ticks a quarter
    ] + rest
  }

  @Test(arguments: [
    music([0x4D, 0x54, 0x72, 0x6B, 0xFF, 0xFF]),
    // A track of 4 GiB that holds a system exclusive message of 256 MiB.
    music([0x4D, 0x54, 0x72, 0x6B, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0x7F]),
    [0x4D, 0x54, 0x68, 0x64, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 1, 0xE0],
  ])
  func musicOfFourGigabytes(bytes: [UInt8]) throws {
    let outcome = try read(bytes, "large.mid") { ["import", $0] }
    #expect(outcome.status == 1, "\(outcome.error)")
    #expect(outcome.output.contains("it holds no piano notes"), "\(outcome.output)")
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}"#,
    #"{"a":{"dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F16","shape":[2],"data_offsets":[-4,0]}}"#,
    nil,
  ])
  func weightsOfFourGigabytes(header: String?) throws {
    let bytes = Array((header ?? "{}").utf8)
    // Without one: a header of 2⁶³ − 1 bytes.
    let length = header == nil ? Int64.max : Int64(bytes.count)
    let count = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    let outcome = try read(count + bytes + [1, 2, 3, 4], "large.safetensors") {
      ["base", "adopt", $0, "--template", "solo-piano"]
    }
    #expect(outcome.status == 1, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("cannot "), "\(outcome.error)")
  }
}
