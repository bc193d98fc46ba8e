import Rounds
package import Workbench

extension BeforeAfterReport: ConsoleResult {
  /// Where the page is, how large, and who plays on it.
  package var lines: [String] {
    let size = Double(bytes) / 1e6
    return remarks.map { remark in
      remark + (remark.contains("not heard") ? soundRemedy?.ending ?? "" : "")
    } + [
      "\(path)  \(Estimate.fixed(size).dropLast(2)) MB: \(versions.joined(separator: ", ")); "
        + "seed \(seed)"
    ]
  }
}
