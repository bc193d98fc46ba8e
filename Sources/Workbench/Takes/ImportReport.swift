import Terminal

/// What an import brought, and why some files brought nothing.
public struct ImportReport: Codable, Sendable {
  /// One file and what became of it.
  public struct File: Codable, Sendable {
    /// Where the file is.
    public var path: String
    /// The takes that were made of it.
    public var takes: [Int64] = []
    /// The take that has been made of the same bytes before.
    public var sameAs: Int64?
    /// Why it brought nothing.
    public var reason: String?
    /// What was mended or left out.
    public var remarks: [String] = []
  }

  /// Every file, in the order it was looked at.
  public var files: [File] = []
  /// Takes added.
  public var added = 0
  /// Files that the library had already.
  public var alreadyThere = 0
  /// Seconds of playing added.
  public var seconds = 0.0
  /// Notes added.
  public var notes = 0
  /// Raw MIDI events added.
  public var events = 0
  /// The share of the added playing with the sustain pedal down, 0…1.
  public var pedalShare = 0.0
  /// Seconds of played takes in the library now, held-out ones included.
  public var secondsInAll = 0.0
  /// Seconds that the import took.
  public var wallSeconds = 0.0
  /// Whether the import was stopped before its end.
  public var stopped = false
}

extension ImportReport: CustomStringConvertible {
  /// The result as a person reads it.
  public var description: String {
    var lines: [String] = []
    let remarked = files.filter { !$0.remarks.isEmpty }
    for file in remarked.prefix(20) {
      lines.append("\(file.path): \(file.remarks.joined(separator: "; "))".printable)
    }
    if remarked.count > 20 {
      lines.append(
        "… and \(remarked.count - 20) more files with something mended: see --format json")
    }
    for file in files {
      if let reason = file.reason {
        lines.append("\(file.path): nothing taken in: \(reason)".printable)
      }
    }
    if alreadyThere > 0 {
      lines.append("\(Clock.count(alreadyThere, "file")) in the library already, nothing added")
    }
    if stopped { lines.append("stopped; import the same again to go on") }
    lines.append(
      "added \(Clock.words(seconds: seconds)) of playing: \(Clock.count(added, "take")), "
        + "\(Clock.count(notes, "note")), pedal down \(Int((pedalShare * 100).rounded()))% "
        + "of the time")
    lines.append(expectation)
    return lines.joined(separator: "\n")
  }

  /// What to expect of a model tuned on that much playing.
  var expectation: String {
    let amount = "\(Clock.words(seconds: secondsInAll)) of playing in all"
    switch secondsInAll {
    case ..<1:
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
