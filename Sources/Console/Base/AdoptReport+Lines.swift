package import Workbench

extension AdoptReport: ConsoleResult {
  /// What the template has now, and what is left to do.
  package var lines: [String] {
    let megabytes = Double(bytes / 10_000) / 100
    return [
      "\(isNew ? "new template" : "template") \(template): \(network), \(megabytes) MB, form \(form)",
      hasCard
        ? "its MODEL_CARD.md is as it was: bring it up to date" : "fill in its MODEL_CARD.md",
      "projects made from now on begin with it: woodshed new NAME --template \(template)",
    ]
  }
}
