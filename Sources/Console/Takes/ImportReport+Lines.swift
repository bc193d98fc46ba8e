package import Workbench

extension ImportReport: ConsoleResult {
  /// What was mended, which files gave nothing, what was added, and what to expect of a model tuned on it.
  package var lines: [String] {
    var lines: [String] = []
    let remarked = files.filter { !$0.remarks.isEmpty }
    for file in remarked.prefix(20) {
      lines.append("\(file.path): \(file.remarks.joined(separator: "; "))")
    }
    if remarked.count > 20 {
      lines.append(
        "… and \(remarked.count - 20) more files with something mended: see --format json")
    }
    for file in files {
      if let reason = file.reason { lines.append("\(file.path): nothing taken in: \(reason)") }
    }
    if alreadyThere > 0 {
      lines.append("\(Readable.count(alreadyThere, "file")) in the library already, nothing added")
    }
    if stopped { lines.append("stopped; import the same again to go on") }
    if added > 0 || alreadyThere == 0 {
      lines.append(addition)
    }
    lines.append(expectation)
    if isFirst {
      lines.append(
        "hear the base go on from your playing, within seconds: woodshed generate --after last")
    }
    return lines
  }

  /// What was added.
  private var addition: String {
    let made = generated > 0 ? " (\(generated) made by a model)" : ""
    return
      "added \(Readable.words(seconds: seconds)) of playing: \(Readable.count(added, "take"))\(made), "
      + "\(Readable.count(notes, "note")), pedal down \(Int((pedalShare * 100).rounded()))% "
      + "of the time"
  }

  /// What to expect of a model tuned on that much playing.
  private var expectation: String {
    let amount = "\(Readable.words(seconds: secondsInAll)) of playing in all"
    switch secondsInAll {
    case 0 where added == 0:
      return "the library holds no playing yet"
    case ..<600:
      return "\(amount): too little to judge a model by; ten minutes more would help"
    case ..<3600:
      return "\(amount): enough for a first round that leans your way; an hour is much better"
    case ..<7200:
      return "\(amount): enough for a round that predicts you clearly better than the base"
    default:
      return "\(amount): a good amount; more still helps, above all new kinds of playing"
    }
  }
}
