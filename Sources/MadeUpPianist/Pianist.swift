public import MIDI

/// A made-up pianist: chord changes, a swung line over them, and a human-like touch.
///
/// It provides playing to learn from without a keyboard, and for experiments a player whose habits are
/// known. The same style and random generator give the same playing.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let events = Pianist().take(seconds: 120, using: &random)
/// ```
public struct Pianist: Sendable {
  /// The habits of a made-up pianist.
  public struct Style: Hashable, Sendable {
    /// The range of a take's tempo, in beats per minute.
    public var beatsPerMinute: ClosedRange<Double> = 126...168

    /// The length of the first eighth as a fraction of its beat: 0.5 is even, 2/3 a triplet.
    public var swing = 0.63

    /// The range of the right hand's line, as MIDI pitches.
    public var register: ClosedRange<Int> = 60...84

    /// The probability of a note on each eighth inside a phrase, 0…1.
    public var density = 0.82

    /// The line's mean velocity, 1…127.
    public var velocity = 74.0

    /// The standard deviation of note-on times, in milliseconds.
    public var jitterMilliseconds = 7.0

    /// The keys that it plays in, in semitones above C, 0…11.
    public var keys = [0, 5, 10, 3]

    /// The probability that a bar is pedalled, 0…1.
    public var pedal = 0.2

    /// A relaxed mid-tempo swing.
    public init() {}
  }

  /// How this pianist plays.
  public var style: Style

  /// A pianist with the given habits.
  public init(style: Style = Style()) {
    self.style = style
  }

  /// Improvises one take: whole choruses until at least `seconds` have passed.
  ///
  /// Times are nanoseconds since the take began; the events are in order of time and every
  /// note-on has its note-off.
  public func take(
    seconds: Double, using random: inout some RandomNumberGenerator
  ) -> [MIDIEvent] {
    let key = style.keys.randomElement(using: &random) ?? 0
    let changes =
      [
        ChordChanges.blues(key: key), .blues(key: key), .fifths(key: key), .turnaround(key: key),
      ].randomElement(using: &random) ?? .blues(key: key)
    let tempo = Double.random(in: style.beatsPerMinute, using: &random)
    let chorusSeconds = Double(changes.bars.count) * 4 * 60 / tempo
    let choruses = max(1, Int((seconds / chorusSeconds).rounded(.up)))

    var line = RightHand(style: style)
    var comping = LeftHand(style: style)
    var touch = Touch(style: style, beatsPerMinute: tempo)
    for bar in 0..<(choruses * changes.bars.count) {
      let chord = changes.bars[bar % changes.bars.count]
      let next = changes.bars[(bar + 1) % changes.bars.count]
      let beat = Double(bar * 4)
      for note in comping.bar(chord: chord, beat: beat, using: &random) {
        touch.strike(note, using: &random)
      }
      for note in line.bar(chord: chord, next: next, beat: beat, using: &random) {
        touch.strike(note, using: &random)
      }
      if Double.random(in: 0..<1, using: &random) < style.pedal {
        touch.pedal(fromBeat: beat + 0.1, toBeat: beat + 3.7)
      }
      touch.endBar(using: &random)
    }
    return touch.events()
  }
}
