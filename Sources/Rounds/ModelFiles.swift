import Disk
package import Foundation
import Library

/// A file of weights and the digest that it has.
package struct WeightsFile: Hashable, Sendable {
  package var url: URL
  /// SHA-256 of its bytes.
  package var digest: String

  /// A file that has been hashed.
  package init(_ url: URL, digest: String) {
    self.url = url
    self.digest = digest
  }

  /// A file, hashed now.
  ///
  /// - Throws: `LibraryError`.
  package init(hashing url: URL) throws {
    self.init(url, digest: try Digest.sha256(ofFileAt: url))
  }
}

/// The folder that a project's models lie in, and what is called how in it.
package struct ModelFiles: Hashable, Sendable {
  /// The folder itself.
  package var folder: URL

  /// A folder of models.
  package init(_ folder: URL) { self.folder = folder }

  /// The base that every round starts from; the project keeps its own copy, so that a new base in the
  /// template does not change what a round means.
  package var base: URL { folder.appending(path: "base.safetensors") }

  /// The figures of the music that the base learned from; not there when the template has none.
  package var baseGrams: URL { folder.appending(path: "base.grams") }

  /// The weights of a round.
  package func round(_ number: Int) -> URL { folder.appending(path: "round-\(number).safetensors") }

  /// Where an interrupted tuning waits to be gone on with.
  package var unfinishedRun: URL { folder.appending(path: "unfinished.run") }

  /// Where its plan waits, beside its state.
  package var unfinishedPlan: URL { folder.appending(path: "unfinished.json") }

  /// Removes what an interrupted tuning has left, if anything.
  package func forgetUnfinished() {
    for file in unfinishedFiles { try? FileManager.default.removeItem(at: file) }
  }

  /// All that an interrupted tuning keeps.
  package var unfinishedFiles: [URL] { [unfinishedRun, unfinishedPlan] + unfinishedFolds }

  /// Whether an interrupted tuning has left anything to go on with.
  package var hasUnfinished: Bool { ([unfinishedRun] + unfinishedFolds).contains(where: \.isFile) }

  /// The files of an interrupted tuning's folds.
  private var unfinishedFolds: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []
    return names.filter { $0.hasPrefix("unfinished.fold-") }.map { folder.appending(path: $0) }
  }
}
