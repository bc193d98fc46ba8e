/// The result of an import, with the reason for each file that added nothing.
public struct ImportReport: Codable, Sendable {
  /// One file and what became of it.
  public struct File: Codable, Sendable {
    /// Where the file is.
    public var path: String
    /// The takes that were made of it.
    public var takes: [Int64] = []
    /// The take in the library with the same bytes or the same notes.
    public var sameAs: Int64?
    /// Why it added nothing.
    public var reason: String?
    /// What was mended or left out.
    public var remarks: [String] = []
  }

  /// Every file, in the order it was looked at.
  public var files: [File] = []
  /// Takes added.
  public var added = 0
  /// Takes among them that a model generated, as their files say.
  public var generated = 0
  /// Files that the library had already.
  public var alreadyThere = 0
  /// Seconds of playing added.
  public var seconds = 0.0
  /// Notes added.
  public var notes = 0
  /// Raw MIDI events added.
  public var events = 0
  /// The share of the added takes' time with the sustain pedal down, 0…1.
  public var pedalShare = 0.0
  /// Seconds of played takes in the library now, held-out ones included.
  public var secondsInAll = 0.0
  /// Whether it added playing to a project in which no model has generated or been trained yet.
  public var isFirst = false
  /// Seconds that the import took.
  public var wallSeconds = 0.0
  /// Whether the import was stopped before its end.
  public var stopped = false
}
