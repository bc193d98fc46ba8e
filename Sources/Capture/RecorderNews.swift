public import Foundation

/// What a recorder has to say while it runs; `description` is the line for the musician.
public enum RecorderNews: Hashable, Sendable {
  /// A take that a crash or a power cut had broken off is whole now.
  case recovered(take: Int64, notes: Int, startedAt: Date)
  /// A take that had broken off cannot be read and stays as it is.
  case unreadable(take: Int64, cause: String)
  /// No keyboard is there to be heard; these programs could be.
  case noKeyboard(programs: [String])
  /// A keyboard is heard.
  case plugged(name: String)
  /// A keyboard is gone; `notes` that sounded on it were ended.
  case unplugged(name: String, notes: Int)
  /// A keyboard sends notes on the channel of drums; they are taken as a piano's while nothing else
  /// plays.
  case onDrumChannel(name: String)
  /// Events were lost before they could be read.
  case overrun
  /// A take is stored.
  case stored(take: Int64, seconds: Double, notes: Int)
  /// The library does not take what is played; all is kept in memory.
  case holding(cause: String)
  /// The library has all again.
  case caughtUp
  /// The recording ended by itself; what was played is stored.
  case brokenOff(cause: String)
  /// A gesture was understood; `done` is false when there was no take that it could be about.
  case gesture(Gesture, done: Bool)
  /// Keep or discard, struck at the keyboard, is stored of a take.
  case judged(Gesture, take: Int64)
  /// Keep or discard of a take was taken back at the keyboard.
  case tookBack(Gesture, take: Int64)
  /// What was heard before is being stored.
  case lookedBack(seconds: Double, notes: Int)
  /// What the library did not take at the end is in these files; `lost` events are nowhere.
  case rescued(files: [String], lost: Int)
}

extension RecorderNews {
  /// Whether it must be seen.
  public var isAlarm: Bool {
    switch self {
    case .unreadable, .overrun, .holding, .brokenOff, .rescued: true
    default: false
    }
  }
}
