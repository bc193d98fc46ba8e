public import MIDI

/// A made-up pianist: chord changes, a swung line over them, and a human-like touch.
///
/// It gives a fresh machine something to learn from, and experiments a player whose habits are
/// known. The same style and random generator give the same playing.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let events = Pianist().take(seconds: 120, using: &random)
/// ```
public struct Pianist: Sendable {
  /// The habits of a made-up pianist.
  public struct Style: Hashable, Sendable {
    /// Where a take's tempo is drawn from, in beats per minute.
    public var beatsPerMinute: ClosedRange<Double> = 126...168

    /// The first eighth's share of its beat: 0.5 is even, 2/3 a triplet.
    public var swing = 0.63

    /// Where the right hand's line lives, as MIDI pitches.
    public var register: ClosedRange<Int> = 60...84

    /// The chance that the line sounds on an eighth inside a phrase, 0…1.
    public var density = 0.82

    /// The line's middle velocity, 1…127.
    public var velocity = 74.0

    /// How far a note strays from its place in time, as a standard deviation in milliseconds.
    public var jitterMilliseconds = 7.0

    /// The keys that it plays in, 0…11 above C.
    public var keys = [0, 5, 10, 3]

    /// The chance that a bar of the left hand is pedalled, 0…1.
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
  /// Times are nanoseconds since the take began; the events are in time order and every key
  /// struck is let go.
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
