import Foundation
import Testing

/// What is kept of fuzzing, read again by every target: the seeds it begins with, and the inputs that
/// something did not hold for, or that were made up to be as bad.
@Suite struct ReplayTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The files that are kept for a target.
  private static func files(of target: String) throws -> [URL] {
    try ["Seeds", "Kept"].flatMap { kind in
      let place = folder.appending(path: "\(kind)/\(target)")
      guard FileManager.default.fileExists(atPath: place.path()) else { return [URL]() }
      return try FileManager.default.contentsOfDirectory(
        at: place, includingPropertiesForKeys: nil)
    }.sorted { $0.path() < $1.path() }
  }

  /// In a process of its own, since what does not hold ends it.
  @Test(arguments: [
    "archive", "events", "grams", "midi", "settings", "state", "tokens", "weights",
  ])
  func allThatIsKeptHolds(target: String) async throws {
    #expect(try !Self.files(of: target).isEmpty)
    await #expect(processExitsWith: .success) { [target] in
      let reader = try #require(fuzzTargets[target])
      for file in try ReplayTests.files(of: target) {
        reader.run(Array(try Data(contentsOf: file)))
        // A prefix of it, and it without its beginning, are inputs, too.
        let bytes = Array(try Data(contentsOf: file))
        for cut in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 40) {
          reader.run(Array(bytes.prefix(cut)))
          reader.run([bytes[0]] + bytes.suffix(cut))
        }
      }
    }
  }

  @Test func everyTargetIsReplayed() throws {
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: Self.folder.appending(path: "Seeds").path())
    #expect(Set(kept) == Set(fuzzTargets.keys))
  }
}

extension FuzzTarget {
  /// Memory is bounded where the sanitisers count it (`Sources/fuzz`); here the work is done.
  static func bounding<Result>(
    _ bytes: [UInt8], perByte: Int, _ work: () -> Result
  ) -> Result {
    work()
  }
}
