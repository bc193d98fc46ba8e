import Foundation
import Library
import MIDI

/// A take while it is played: what of it still waits to be stored.
struct RecordedTake {
  /// When it began.
  let startedAt: Date
  /// When it began, in nanoseconds of the recording.
  let start: Int64
  /// Its number, once the library has given it one.
  var number: Int64?
  /// Events that are not stored yet, their times counted from `start`.
  var unsaved: [MIDIEvent] = []
  /// Marks that are not stored yet.
  var marks: [Mark] = []
  /// How long something in it was held at least, in nanoseconds, where that is not stored yet.
  var heldUntil: Int64?
  /// How long the library knows it to be held, in nanoseconds.
  var storedUntil: Int64 = 0
  /// Whether it has ended and only waits to be packed.
  var isEnded = false

  /// What a listener knows of it, stored or not.
  var eventCount = 0
  /// Notes on the channel of drums, and on all others.
  private(set) var drumCount = 0
  private var otherCount = 0
  var lastNanoseconds: Int64 = 0
  /// The keys and pedals that are down.
  private(set) var keyboard = KeyboardState()

  init(startedAt: Date, start: Int64) {
    self.startedAt = startedAt
    self.start = start
  }

  /// Its notes: those of drums where there are no others.
  var noteCount: Int { isOfDrums ? drumCount : otherCount }
  /// Whether all its notes are on the channel of drums.
  var isOfDrums: Bool { otherCount == 0 }

  /// Adds a message heard at `time`, in nanoseconds of the recording.
  mutating func add(_ message: MIDIMessage, at time: Int64) {
    lastNanoseconds = max(lastNanoseconds, time - start)
    unsaved.append(MIDIEvent(nanoseconds: lastNanoseconds, message: message))
    eventCount += 1
    keyboard.take(message)
    if message.isNoteOn, case .channel(let status, _, _) = message {
      if status & 0x0F == DrumChannel.number { drumCount += 1 } else { otherCount += 1 }
    }
  }

  /// Lets go of all that sounds, at `time` in nanoseconds of the recording.
  mutating func release(at time: Int64) {
    for message in keyboard.release { add(message, at: time) }
  }

  /// Adds a mark at `time`, in nanoseconds of the recording; none lies behind the last event.
  mutating func mark(_ kind: Mark.Kind, _ text: String? = nil, at time: Int64) {
    marks.append(Mark(kind: kind, nanoseconds: max(0, time - start), text: text))
  }
}
