import Foundation
import Library

/// A folder that goes away with its value.
final class TemporaryFolder {
  let url: URL

  /// Where a project's library would be.
  var library: URL { url.appending(path: TakeLibrary.fileName) }

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "woodshed-library-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}
