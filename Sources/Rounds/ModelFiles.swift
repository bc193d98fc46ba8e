import Disk
package import Foundation
import Library

/// A file of weights and its digest.
package struct WeightsFile: Hashable, Sendable {
  package var url: URL
  /// SHA-256 of its bytes.
  package var digest: String

  /// A file whose digest is known.
  package init(_ url: URL, digest: String) {
    self.url = url
    self.digest = digest
  }

  /// A file whose digest is computed now.
  ///
  /// - Throws: `LibraryError`.
  package init(hashing url: URL) throws {
    self.init(url, digest: try Digest.sha256(ofFileAt: url))
  }
}

/// The folder of a project's models, and the names of its files.
package struct ModelFiles: Hashable, Sendable {
  /// The folder itself.
  package var folder: URL

  /// A folder of models.
  package init(_ folder: URL) { self.folder = folder }

  /// The base that every round starts from; the project keeps its own copy, so that rounds stay valid when
  /// the template gets a new base.
  package var base: URL { folder.appending(path: "base.safetensors") }

  /// The figures of the music that the base was trained on; absent when the template has none.
  package var baseGrams: URL { folder.appending(path: "base.grams") }

  /// The weights of a round.
  package func round(_ number: Int) -> URL { folder.appending(path: "round-\(number).safetensors") }

  /// The saved state of an interrupted tuning.
  package var unfinishedRun: URL { folder.appending(path: "unfinished.run") }

  /// The plan of an interrupted tuning.
  package var unfinishedPlan: URL { folder.appending(path: "unfinished.json") }

  /// Removes the files of an interrupted tuning, if there are any.
  package func forgetUnfinished() {
    for file in unfinishedFiles { try? FileManager.default.removeItem(at: file) }
  }

  /// All files that an interrupted tuning may have.
  package var unfinishedFiles: [URL] { [unfinishedRun, unfinishedPlan] + unfinishedFolds }

  /// Whether there is an interrupted tuning that can be resumed.
  package var hasUnfinished: Bool { ([unfinishedRun] + unfinishedFolds).contains(where: \.isFile) }

  /// The files of an interrupted tuning's folds.
  private var unfinishedFolds: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []
    return names.filter { $0.hasPrefix("unfinished.fold-") }.map { folder.appending(path: $0) }
  }
}
