package import Work

/// What to record from and how.
public struct RecordRequest: Sendable {
  /// The ports to record from, by name or numbers; empty for every keyboard that is plugged in.
  public var ports: [String] = []
  /// The silence that ends a take, in seconds: long enough to turn a page.
  public var splitSeconds = 15.0
  /// How long a held key or pedal keeps a take open, in seconds; after that something is stuck.
  public var longestHoldSeconds = 120.0
  /// Whether chords of the outermost keys are gestures.
  public var gestures = false
  /// Minutes to look back over with nothing stored; `nil` stores everything.
  public var lookBackMinutes: Double?

  /// Records every keyboard, everything.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  package func check() throws {
    try Setting.splitSeconds.require(
      splitSeconds, in: 0.5...3600, saying: "from 0.5 to 3600 seconds")
    if let lookBackMinutes {
      try Setting.lookBackMinutes.require(
        lookBackMinutes, in: 0.1...240, saying: "from 0.1 to 240 minutes")
    }
  }
}

extension Setting {
  package static let splitSeconds = Setting("splitSeconds")
  package static let lookBackMinutes = Setting("lookBackMinutes")
}

/// What a recording gave.
public struct RecordReport: Codable, Sendable {
  /// The takes, oldest first.
  public var takes: [RecordedLine]
  /// Files that hold what the library did not take.
  public var rescueFiles: [String]
  /// Events that are nowhere.
  public var lostEvents: Int
  /// Times that events were lost before they could be read.
  public var overruns: Int
  /// What was heard in all, played or not.
  public var heard: Heard

  /// A report of takes, files and losses.
  public init(
    takes: [RecordedLine], rescueFiles: [String], lostEvents: Int, overruns: Int,
    heard: Heard = Heard()
  ) {
    self.takes = takes
    self.rescueFiles = rescueFiles
    self.lostEvents = lostEvents
    self.overruns = overruns
    self.heard = heard
  }

  /// What a recording heard, played or not.
  public struct Heard: Codable, Hashable, Sendable {
    /// The keyboards and programs that were connected, and how many messages came from each.
    public var keyboards: [Keyboard] = []
    /// How many of the messages strike a key.
    public var strokes = 0

    /// Nothing was heard.
    public init() {}

    /// Who was connected.
    public struct Keyboard: Codable, Hashable, Sendable {
      /// Its name.
      public var name: String
      /// How many messages came from it.
      public var messages = 0
    }

    /// Counts `messages` from `name`; 0 where it was only connected.
    mutating func count(_ messages: Int, from name: String) {
      guard let index = keyboards.firstIndex(where: { $0.name == name }) else {
        keyboards.append(Keyboard(name: name, messages: messages))
        return
      }
      keyboards[index].messages += messages
    }
  }

  /// One take of a recording.
  public struct RecordedLine: Codable, Hashable, Sendable {
    /// Its number.
    public var number: Int64
    /// Its length in seconds.
    public var seconds: Double
    /// Its notes.
    public var notes: Int
  }
}
