import Rounds
package import Workbench

extension ReportResult: ConsoleResult {
  /// Where it is, and how large.
  package var lines: [String] {
    let size = Double(bytes) / 1e6
    // The one remark that there is tells why nothing can be heard.
    return remarks.map { $0 + (soundRemedy?.ending ?? "") } + [
      "\(path)  \(Estimate.fixed(size).dropLast(2)) MB, "
        + "\(Readable.count(sounds, "take")) to listen to"
    ]
  }
}
