import Performance
package import Workbench

extension GramsReport: ConsoleResult {
  /// What was stored, and what it is for.
  package var lines: [String] {
    let rate = (falsePositiveRate * 1e6).rounded() / 1e4
    return [
      "\(file): \(grams) figures of eight notes, of \(Readable.count(notes, "note")) in "
        + "\(Readable.count(files, "file")), one in \(GramSet.sampling) of them; "
        + "\(Readable.megabytes(bytes)), wrongly found \(rate) %",
      "projects made from now on have them for: woodshed compare",
    ]
  }
}
