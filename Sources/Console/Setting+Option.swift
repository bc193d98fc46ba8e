package import Work

extension Setting {
  /// The setting's name on the command line: "--top-p".
  package var optionName: String {
    if let name = Self.exceptions[name] { return name }
    let words = name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
    return "--" + words.joined()
  }

  /// The settings whose option has another name, or that are not options.
  private static let exceptions = [
    "blindPairs": "--blind", "lookBackMinutes": "--look-back", "splitSeconds": "--split",
    "rating": "a rating of", "pitchClasses": "--pitches", "backup": "a backup named",
  ]
}
