import MIDI

/// What a musician can say at the keyboard without leaving it.
public enum Gesture: String, Hashable, Sendable, CaseIterable {
  /// This moment is worth finding again.
  case bookmark
  /// The take ends here, the next note begins another.
  case split
  /// What was just played is kept: the take ends here, or has ended already.
  case keep
  /// What was just played is discarded: the take ends here, or has ended already.
  case discard
  /// The last keep or discard that was said at the keyboard is taken back.
  case undo

  /// The keys that are struck together, the outermost white ones of a piano: nothing that music
  /// asks for.
  public var chord: Set<UInt8> {
    switch self {
    case .bookmark: [21, 108]  // A0 and C8
    case .split: [21, 23, 108]  // A0, B0 and C8
    case .keep: [105, 107, 108]  // A7, B7 and C8
    case .discard: [21, 23, 24]  // A0, B0 and C1
    case .undo: [21, 107, 108]  // A0, B7 and C8
    }
  }
}

/// Takes gestures out of what is played.
///
/// While keys of a chord go down nothing is passed on: until it is clear that the chord is one, or
/// is none. That takes 150 ms at most.
struct GestureReader<Source: Hashable & Sendable> {
  /// The longest time between the first and the last key of a chord, in nanoseconds.
  static var window: Int64 { 150_000_000 }

  /// A message and where and when it was heard.
  struct Heard: Hashable {
    var message: MIDIMessage
    var source: Source
    var nanoseconds: Int64

    /// The key that is struck or let go; `nil` for anything else.
    fileprivate var pitch: UInt8? {
      guard case .channel(_, let pitch, _) = message, message.isNoteOn || message.isNoteOff
      else { return nil }
      return pitch
    }
  }

  /// What the reader makes of what was played.
  enum Output: Hashable {
    case heard(Heard)
    case gesture(Gesture, nanoseconds: Int64)
  }

  private var held: [Heard] = []
  /// Keys whose release belongs to a gesture.
  private var swallowed: Set<Key> = []

  private struct Key: Hashable {
    var source: Source
    var pitch: UInt8
  }

  private static var keys: Set<UInt8> { Set(Gesture.allCases.flatMap(\.chord)) }

  /// Takes in what was played; gives back what is clear by now.
  mutating func receive(_ heard: Heard) -> [Output] {
    var outputs = wait(until: heard.nanoseconds)
    guard let pitch = heard.pitch else { return outputs + pass(heard) }
    let isStroke = heard.message.isNoteOn
    if !isStroke, swallowed.remove(Key(source: heard.source, pitch: pitch)) != nil {
      return outputs
    }
    guard isStroke, Self.keys.contains(pitch) else { return outputs + pass(heard) }
    held.append(heard)
    outputs += chord(isComplete: false)
    return outputs
  }

  /// Gives back what is clear when nothing more is heard until `time`.
  mutating func wait(until time: Int64) -> [Output] {
    guard let first = held.first, time - first.nanoseconds > Self.window else { return [] }
    return chord(isComplete: true)
  }

  /// Gives back all that is held: nothing more will come.
  mutating func finish() -> [Output] { chord(isComplete: true) }

  private mutating func pass(_ heard: Heard) -> [Output] {
    guard !held.isEmpty else { return [.heard(heard)] }
    held.append(heard)
    return []
  }

  /// Looks at the keys that are down.
  ///
  /// - Parameter isComplete: whether no key can join them any more.
  private mutating func chord(isComplete: Bool) -> [Output] {
    let keys = Set(held.filter(\.message.isNoteOn).compactMap(\.pitch))
    let mayGrow = Gesture.allCases.contains { $0.chord.isStrictSuperset(of: keys) }
    if !isComplete, mayGrow { return [] }
    defer { held = [] }
    guard let gesture = Gesture.allCases.first(where: { $0.chord == keys }),
      let time = held.last?.nanoseconds
    else { return held.map(Output.heard) }
    // What is no stroke of the chord was played: pedals, and releases of other keys.
    let rest = held.filter { heard in heard.pitch.map { !gesture.chord.contains($0) } ?? true }
    for heard in held {
      guard let pitch = heard.pitch, gesture.chord.contains(pitch) else { continue }
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
