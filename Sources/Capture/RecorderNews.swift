public import Foundation

/// News that a recorder reports while it runs.
public enum RecorderNews: Hashable, Sendable {
  /// A take that was interrupted by a crash or a power cut is finished now.
  case recovered(take: Int64, notes: Int, startedAt: Date)
  /// An interrupted take cannot be read and stays as it is.
  case unreadable(take: Int64, cause: String)
  /// No keyboard is connected; these programs could be recorded from.
  case noKeyboard(programs: [String])
  /// A keyboard was connected.
  case plugged(name: String)
  /// A keyboard was disconnected; its `notes` sounding notes were ended.
  case unplugged(name: String, notes: Int)
  /// A keyboard sends notes on the drum channel; they are taken as a piano's while nothing else plays.
  case onDrumChannel(name: String)
  /// Events were lost by an overrun before they could be read.
  case overrun
  /// A take is stored, of the musician or of a model that plays along.
  case stored(take: Int64, seconds: Double, notes: Int, byModel: Bool = false)
  /// The library cannot be written; events are kept in memory.
  case holding(cause: String)
  /// Everything is stored in the library again.
  case caughtUp
  /// The recording ended by an error; what was played is stored.
  case brokenOff(cause: String)
  /// A gesture was recognised; `done` is false when there was no take that it could apply to.
  case gesture(Gesture, done: Bool)
  /// A keep or discard given at the keyboard is stored.
  case judged(Gesture, take: Int64)
  /// A keep or discard of a take was undone at the keyboard.
  case tookBack(Gesture, take: Int64)
  /// The music of the look-back period is being stored.
  case lookedBack(seconds: Double, notes: Int)
  /// Events that could not be stored in the library at the end are in these files; `lost` are in none.
  case rescued(files: [String], lost: Int)
}

extension RecorderNews {
  /// Whether it needs the musician's attention.
  public var isAlarm: Bool {
    switch self {
    case .unreadable, .overrun, .holding, .brokenOff, .rescued: true
    default: false
    }
  }
}
