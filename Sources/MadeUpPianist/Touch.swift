import Foundation
import MIDI

/// A planned note, in beats, before the touch is applied.
struct PlannedNote {
  var pitch: Int
  /// 1…127 before it is rounded.
  var velocity: Double
  var startBeat: Double
  var endBeat: Double
}

/// Turns planned notes into human-like playing: a drifting tempo, and random variation
/// of times and velocities.
struct Touch {
  private let style: Pianist.Style
  private let beatsPerMinute: Double
  /// The tempo's factor in the current bar, near 1.
  private var drift = 1.0
  /// The start of the current bar, in beats and in seconds.
  private var bar = (beat: 0.0, seconds: 0.25)
  private var notes: [Note] = []
  private var pedals: [(seconds: Double, isDown: Bool)] = []

  init(style: Pianist.Style, beatsPerMinute: Double) {
    self.style = style
    self.beatsPerMinute = beatsPerMinute
  }

  mutating func strike(_ planned: PlannedNote, using random: inout some RandomNumberGenerator) {
    let jitter = Self.normal(using: &random) * style.jitterMilliseconds / 1000
    let start = max(0, seconds(atBeat: planned.startBeat) + jitter)
    let release = Self.normal(using: &random) * 0.012
    let end = max(start + 0.04, seconds(atBeat: planned.endBeat) + release)
    let velocity = planned.velocity + Self.normal(using: &random) * 5
    notes.append(
      Note(
        pitch: UInt8(min(108, max(21, planned.pitch))),
        velocity: UInt8(min(127, max(1, velocity.rounded()))),
        start: Int64(start * 1e9), end: Int64(end * 1e9)))
  }

  mutating func pedal(fromBeat: Double, toBeat: Double) {
    pedals.append((seconds(atBeat: fromBeat), true))
    pedals.append((seconds(atBeat: toBeat), false))
  }

  /// Advances to the next bar, with the tempo changed a little.
  mutating func endBar(using random: inout some RandomNumberGenerator) {
    bar = (bar.beat + 4, seconds(atBeat: bar.beat + 4))
    drift = min(1.03, max(0.97, drift + Self.normal(using: &random) * 0.004))
  }

  /// All events in order of time; a key that is struck again is released shortly before.
  func events() -> [MIDIEvent] {
    var events: [MIDIEvent] = []
    var lastOfKey: [UInt8: Int] = [:]
    var played: [Note] = []
    for note in notes.sorted(by: { ($0.start, $0.pitch) < ($1.start, $1.pitch) }) {
      if let last = lastOfKey[note.pitch], played[last].end >= note.start {
        guard note.start - played[last].start > 30_000_000 else { continue }
        played[last].end = note.start - 5_000_000
      }
      lastOfKey[note.pitch] = played.count
      played.append(note)
    }
    for note in played {
      events.append(
        MIDIEvent(
          nanoseconds: note.start,
          message: .noteOn(pitch: note.pitch, velocity: note.velocity)))
      events.append(MIDIEvent(nanoseconds: note.end, message: .noteOff(pitch: note.pitch)))
    }
    for pedal in pedals {
      events.append(
        MIDIEvent(
          nanoseconds: Int64(pedal.seconds * 1e9),
          message: .control(
            controller: MIDIMessage.sustainController, value: pedal.isDown ? 127 : 0)))
    }
    return events.sorted { $0.nanoseconds < $1.nanoseconds }
  }

  private func seconds(atBeat beat: Double) -> Double {
    bar.seconds + (beat - bar.beat) * 60 / (beatsPerMinute * drift)
  }

  /// A draw from the standard normal distribution.
  ///
  /// Source: Box and Muller, "A note on the generation of random normal deviates", 1958.
  private static func normal(using random: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)))
      .squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }
}
