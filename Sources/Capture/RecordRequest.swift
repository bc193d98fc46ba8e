package import Work

/// What to record from and how.
public struct RecordRequest: Sendable {
  /// The ports to record from, by name or numbers; empty for every keyboard that is plugged in.
  public var ports: [String] = []
  /// The silence that ends a take, in seconds: long enough to turn a page.
  public var splitSeconds = 15.0
  /// How long a held key or pedal keeps a take open, in seconds; after that it is taken to be stuck.
  public var longestHoldSeconds = 120.0
  /// Whether to recognise gestures, chords of the outermost keys.
  public var gestures = false
  /// The keys that ask a model to answer when they are struck together; they are not recorded. Empty for none.
  public var sign: Set<UInt8> = []
  /// Look-back mode: only the last minutes are kept in memory, to be stored on request;
  /// `nil` stores everything.
  public var lookBackMinutes: Double?

  /// Records everything from every keyboard.
  public init() {}

  /// The gestures to recognise, with their chords.
  package var chords: [Gesture: Set<UInt8>] {
    var chords = gestures ? Gesture.chords : [:]
    if !sign.isEmpty { chords[.answer] = sign }
    return chords
  }

  /// Checks the bounds of the settings.
  ///
  /// - Throws: `WrongValue`.
  package func check() throws {
    try Setting.splitSeconds.require(
      splitSeconds, in: 0.5...3600, saying: "from 0.5 to 3600 seconds")
    if gestures, let same = Gesture.chords.first(where: { $0.value == sign })?.key {
      throw WrongValue(
        .sign, sign.sorted().map(String.init).joined(separator: " "),
        mustBe: "other keys than those of the gesture \(same.rawValue)")
    }
    if let lookBackMinutes {
      try Setting.lookBackMinutes.require(
        lookBackMinutes, in: 0.1...240, saying: "from 0.1 to 240 minutes")
    }
  }
}

extension Setting {
  package static let splitSeconds = Setting("splitSeconds")
  package static let lookBackMinutes = Setting("lookBackMinutes")
  package static let sign = Setting("sign")
}

/// The result of a recording.
public struct RecordReport: Codable, Sendable {
  /// The takes, oldest first.
  public var takes: [RecordedLine]
  /// Files with events that could not be stored in the library.
  public var rescueFiles: [String]
  /// How many events could not be stored anywhere.
  public var lostEvents: Int
  /// How often events were lost by an overrun before they could be read.
  public var overruns: Int
  /// Everything received, part of a take or not.
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

  /// Everything that a recording received, part of a take or not.
  public struct Heard: Codable, Hashable, Sendable {
    /// The keyboards and programs that were connected, and how many messages came from each.
    public var keyboards: [Keyboard] = []
    /// How many of the messages are note-ons.
    public var strokes = 0

    /// Nothing received.
    public init() {}

    /// A keyboard or program that was connected.
    public struct Keyboard: Codable, Hashable, Sendable {
      /// Its name.
      public var name: String
      /// How many messages came from it.
      public var messages = 0
    }

    /// Counts `messages` from `name`; 0 when it was only connected.
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
    /// How many notes it has.
    public var notes: Int
  }
}
