import Rounds
package import Workbench

extension ReportResult: ConsoleResult {
  /// Where the page is, and how large.
  package var lines: [String] {
    let size = Double(bytes) / 1e6
    // The only remark there can be says why nothing can be heard.
    return remarks.map { $0 + (soundRemedy?.ending ?? "") } + [
      "\(path)  \(Estimate.fixed(size).dropLast(2)) MB, "
        + "\(Readable.count(sounds, "take")) to listen to"
    ]
  }
}
