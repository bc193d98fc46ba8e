import Foundation
import Library
import MIDI

/// A take being recorded: the part that is not stored yet.
struct RecordedTake {
  /// When it began.
  let startedAt: Date
  /// When it began, in nanoseconds of the recording.
  let start: Int64
  /// How it is generated, if a model plays it.
  var generation: Generation?
  /// The start of the take that it answers, if a model plays it.
  var answeredStart: Int64?
  /// Its number, once the library has given it one.
  var number: Int64?
  /// Events that are not stored yet, with times since `start`.
  var unsaved: [MIDIEvent] = []
  /// Marks that are not stored yet.
  var marks: [Mark] = []
  /// The time up to which a key or pedal has been held, in nanoseconds since `start`, if not stored yet.
  var heldUntil: Int64?
  /// The latest `heldUntil` stored in the library.
  var storedUntil: Int64 = 0
  /// Whether it has ended and only has to be finished in the library.
  var isEnded = false

  /// The number of its events, stored or not.
  var eventCount = 0
  /// Notes on the drum channel, and on all others.
  private(set) var drumCount = 0
  private var otherCount = 0
  var lastNanoseconds: Int64 = 0
  /// The keys and pedals that are down.
  private(set) var keyboard = KeyboardState()

  init(
    startedAt: Date, start: Int64, generation: Generation? = nil, answeredStart: Int64? = nil
  ) {
    self.startedAt = startedAt
    self.start = start
    self.generation = generation
    self.answeredStart = answeredStart
  }

  /// Whether it is a model's, and nothing of it was played yet.
  var isEmptyAnswer: Bool { generation != nil && eventCount == 0 }

  /// The number of its notes; those on the drum channel count only if there are no others.
  var noteCount: Int { isOfDrums ? drumCount : otherCount }
  /// Whether all its notes are on the drum channel.
  var isOfDrums: Bool { otherCount == 0 }

  /// Adds a message received at `time`, in nanoseconds of the recording.
  mutating func add(_ message: MIDIMessage, at time: Int64) {
    lastNanoseconds = max(lastNanoseconds, time - start)
    unsaved.append(MIDIEvent(nanoseconds: lastNanoseconds, message: message))
    eventCount += 1
    keyboard.take(message)
    if message.isNoteOn, case .channel(let status, _, _) = message {
      if status & 0x0F == DrumChannel.number { drumCount += 1 } else { otherCount += 1 }
    }
  }

  /// Releases all keys and pedals at `time`, in nanoseconds of the recording.
  mutating func release(at time: Int64) {
    for message in keyboard.release { add(message, at: time) }
  }

  /// Adds a mark at `time`, in nanoseconds of the recording, or at the start of the take if that is later.
  mutating func mark(_ kind: Mark.Kind, _ text: String? = nil, at time: Int64) {
    marks.append(Mark(kind: kind, nanoseconds: max(0, time - start), text: text))
  }
}
