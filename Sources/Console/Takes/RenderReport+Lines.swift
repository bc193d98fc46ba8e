import Foundation
import Rounds
package import Workbench

extension RenderReport: ConsoleResult {
  /// Each file, and how long it took.
  package var lines: [String] {
    let music = files.reduce(0) { $0 + $1.seconds }
    let font = URL(filePath: soundFont).lastPathComponent
    return files.map { "\($0.path)  \(Readable.text(seconds: $0.seconds))" }
      + [
        "\(Readable.text(seconds: music)) of sound by \(font), in \(Estimate.fixed(wallSeconds)) s"
      ]
  }
}
