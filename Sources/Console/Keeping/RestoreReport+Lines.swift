import Foundation
package import Workbench

extension RestoreReport: ConsoleResult {
  /// What was wrong with the project when it was backed up, and where it is now.
  package var lines: [String] {
    let day = Readable.day(madeAt)
    return findings.map { "as it was backed up: \($0)\(advice[$0]?.ending ?? "")" } + [
      "project \(project) of \(day) is in \(folder): "
        + "\(Readable.count(takes, "take")), \(Readable.words(seconds: playedSeconds)) played"
    ]
  }
}
