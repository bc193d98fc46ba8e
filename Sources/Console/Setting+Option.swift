package import Work

extension Setting {
  /// What a person calls it on the command line: "--top-p".
  package var optionName: String {
    if let name = Self.exceptions[name] { return name }
    let words = name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
    return "--" + words.joined()
  }

  /// Those whose options are called otherwise than they are, or that are no options.
  private static let exceptions = [
    "blindPairs": "--blind", "lookBackMinutes": "--look-back", "splitSeconds": "--split",
    "rating": "a rating of", "backup": "a backup named",
  ]
}
