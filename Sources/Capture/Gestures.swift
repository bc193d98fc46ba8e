package import MIDI

/// A command that the musician gives at the keyboard, by a chord.
public enum Gesture: String, Hashable, Sendable, CaseIterable {
  /// Marks this moment.
  case bookmark
  /// Ends the take; the next note begins another.
  case split
  /// Keeps what was just played, and ends the take if it is still open.
  case keep
  /// Discards what was just played, and ends the take if it is still open.
  case discard
  /// Undoes the last keep or discard given at the keyboard.
  case undo
  /// Asks a model to answer, where one plays along.
  case answer

  /// The keys to strike together, among the outermost white ones of a piano: chords that do not occur in
  /// music. Those of ``answer`` the musician chooses.
  package static let chords: [Gesture: Set<UInt8>] = [
    .bookmark: [21, 108],  // A0 and C8
    .split: [21, 23, 108],  // A0, B0 and C8
    .keep: [105, 107, 108],  // A7, B7 and C8
    .discard: [21, 23, 24],  // A0, B0 and C1
    .undo: [21, 107, 108],  // A0, B7 and C8
  ]
}

/// Recognises gestures, and removes them from what is played.
///
/// While keys of a gesture are going down, messages are held back until it is clear whether it is one, for
/// 150 ms at most.
package struct GestureReader<Source: Hashable & Sendable> {
  /// The longest time between the first and the last key of a chord, in nanoseconds.
  package static var window: Int64 { 150_000_000 }

  /// A message with its source and time.
  package struct Heard: Hashable {
    package var message: MIDIMessage
    package var source: Source
    package var nanoseconds: Int64

    /// A message from `source` at a time in nanoseconds.
    package init(message: MIDIMessage, source: Source, nanoseconds: Int64) {
      self.message = message
      self.source = source
      self.nanoseconds = nanoseconds
    }

    /// The key of a note-on or note-off; `nil` for other messages.
    fileprivate var pitch: UInt8? {
      guard case .channel(_, let pitch, _) = message, message.isNoteOn || message.isNoteOff
      else { return nil }
      return pitch
    }
  }

  /// A message or a gesture recognised.
  package enum Output: Hashable {
    case heard(Heard)
    case gesture(Gesture, nanoseconds: Int64)
  }

  private let chords: [Gesture: Set<UInt8>]
  private let keys: Set<UInt8>
  private var held: [Heard] = []
  /// Keys of a recognised gesture, whose note-off is dropped.
  private var swallowed: Set<Key> = []

  private struct Key: Hashable {
    var source: Source
    var pitch: UInt8
  }

  /// A reader of gestures with their chords, none of which is empty.
  package init(_ chords: [Gesture: Set<UInt8>] = Gesture.chords) {
    self.chords = chords
    keys = chords.values.reduce(into: []) { $0.formUnion($1) }
  }

  /// Receives a message; returns the output that is decided by now.
  package mutating func receive(_ heard: Heard) -> [Output] {
    var outputs = wait(until: heard.nanoseconds)
    guard let pitch = heard.pitch else { return outputs + pass(heard) }
    let isStroke = heard.message.isNoteOn
    if !isStroke, swallowed.remove(Key(source: heard.source, pitch: pitch)) != nil {
      return outputs
    }
    guard isStroke, keys.contains(pitch) else { return outputs + pass(heard) }
    held.append(heard)
    outputs += chord(isComplete: false)
    return outputs
  }

  /// Returns the output that is decided if nothing more arrives until `time`.
  package mutating func wait(until time: Int64) -> [Output] {
    guard let first = held.first, time - first.nanoseconds > Self.window else { return [] }
    return chord(isComplete: true)
  }

  /// Returns the remaining output at the end.
  package mutating func finish() -> [Output] { chord(isComplete: true) }

  private mutating func pass(_ heard: Heard) -> [Output] {
    guard !held.isEmpty else { return [.heard(heard)] }
    held.append(heard)
    return []
  }

  /// Decides about the keys held back.
  ///
  /// - Parameter isComplete: whether no more keys can belong to the chord.
  private mutating func chord(isComplete: Bool) -> [Output] {
    let keys = Set(held.filter(\.message.isNoteOn).compactMap(\.pitch))
    let mayGrow = chords.values.contains { $0.isStrictSuperset(of: keys) }
    if !isComplete, mayGrow { return [] }
    defer { held = [] }
    guard let (gesture, chord) = chords.first(where: { $0.value == keys }),
      let time = held.last?.nanoseconds
    else { return held.map(Output.heard) }
    // Other messages were played: pedals, and note-offs of other keys.
    let rest = held.filter { heard in heard.pitch.map { !chord.contains($0) } ?? true }
    for heard in held {
      guard let pitch = heard.pitch, chord.contains(pitch) else { continue }
      let key = Key(source: heard.source, pitch: pitch)
      if heard.message.isNoteOn {
        swallowed.insert(key)
      } else {
        swallowed.remove(key)
      }
    }
    return rest.map(Output.heard) + [.gesture(gesture, nanoseconds: time)]
  }
}
