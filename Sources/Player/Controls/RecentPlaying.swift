import Foundation
import Performance

/// What a stream has played lately: running means that forget.
struct RecentPlaying: Sendable {
  /// How long an onset counts in the density, in seconds: its part falls to 1/e.
  private static let memory = 2.0
  /// How many notes count in the other means: the part of a note falls to 1/e after so many.
  private static let notesRemembered = 16.0
  /// Onsets closer than this are one chord, in steps of 10 ms.
  static let chordSteps = 3

  private(set) var steps = 0
  /// The velocity bin in force; 0 before any.
  private(set) var bin = 0
  /// How many notes count in the means.
  private(set) var notes = 0.0
  private var onsets = 0.0
  private var pitches = 0.0
  private var velocities = 0.0
  private var classes = Array(repeating: 0.0, count: 12)
  private var ratios = 0.0
  private var ratioCount = 0.0
  /// The time between the last chords, in seconds: a running geometric mean.
  private var logInterval = log(0.25)
  private var lastChord: Int?
  /// Per key: when it was struck, in steps; −1 while it is up.
  private var struck = Array(repeating: -1, count: 128)
  /// Per key: when the next chord after its onset began; −1 for not yet.
  private var followed = Array(repeating: -1, count: 128)
  /// Ended notes that no chord has followed yet: when they were struck and how long they were, in steps.
  private var unfollowed: [(struck: Int, length: Int)] = []

  /// Seconds since the beginning.
  var seconds: Double { Double(steps) / 100 }

  /// Onsets a second, on average over the last time-shift: at its end, just before the next onset, it would
  /// always be too low.
  private(set) var density = 0.0

  /// The mean key; `nil` before four notes.
  var register: Double? { notes < 3.5 ? nil : pitches / notes }
  /// The mean velocity; `nil` before four notes.
  var loudness: Double? { notes < 3.5 ? nil : velocities / notes }
  /// The geometric mean of length over time to the next chord; `nil` before four notes.
  var touch: Double? { ratioCount < 3.5 ? nil : exp2(ratios / ratioCount) }
  /// The shares of the pitch classes, `[12]`; zeros before any note.
  var pitchClasses: [Double] { notes > 0 ? classes.map { $0 / notes } : classes }

  /// The keys that are down, with how long they have sounded, and the time from their onset to the next
  /// chord as far as it is known, in seconds.
  var sounding: [(pitch: Int, age: Double, interval: Double)] {
    struck.indices.compactMap { pitch in
      guard struck[pitch] >= 0 else { return nil }
      let age = steps - struck[pitch]
      let interval =
        followed[pitch] >= 0
        ? Double(followed[pitch] - struck[pitch]) / 100 : max(exp(logInterval), Double(age) / 100)
      return (pitch, Double(age) / 100, interval)
    }
  }

  /// Advances by an event.
  ///
  /// - Returns: The ratios of length to the time to the next chord that have become known.
  mutating func advance(_ token: UInt16) -> [Double] {
    switch Vocabulary.event(of: token) {
    case .timeShift(let shift):
      steps += shift
      let passed = Double(shift) / 100 / Self.memory
      // Early on less than the whole memory has been.
      let span = Self.memory * (1 - exp(-max(0.5, seconds) / Self.memory))
      density = onsets * (1 - exp(-passed)) / passed / span
      onsets *= exp(-passed)
      return []
    case .velocity(let bin):
      self.bin = bin
      return []
    case .noteOn(let pitch):
      return strike(Int(pitch))
    case .noteOff(let pitch):
      return lift(Int(pitch))
    case nil: return []
    }
  }

  private mutating func strike(_ pitch: Int) -> [Double] {
    let keep = exp(-1 / Self.notesRemembered)
    onsets += 1
    notes = notes * keep + 1
    pitches = pitches * keep + Double(pitch)
    velocities = velocities * keep + Double(Vocabulary.velocity(ofBin: max(1, bin)))
    for index in classes.indices { classes[index] *= keep }
    classes[pitch % 12] += 1
    var known: [Double] = []
    if let last = lastChord, steps - last <= Self.chordSteps {
      // Of the same chord.
    } else {
      if let last = lastChord {
        logInterval += 0.2 * (log(Double(steps - last) / 100) - logInterval)
      }
      lastChord = steps
      for key in struck.indices where struck[key] >= 0 && followed[key] < 0 {
        followed[key] = steps
      }
      for note in unfollowed {
        known.append(Self.ratio(note.length, steps - note.struck))
      }
      unfollowed = []
    }
    struck[pitch] = steps
    followed[pitch] = -1
    return count(known)
  }

  private mutating func lift(_ pitch: Int) -> [Double] {
    guard struck[pitch] >= 0 else { return [] }
    defer { struck[pitch] = -1 }
    let length = steps - struck[pitch]
    guard followed[pitch] >= 0 else {
      unfollowed.append((struck[pitch], length))
      return []
    }
    return count([Self.ratio(length, followed[pitch] - struck[pitch])])
  }

  private mutating func count(_ known: [Double]) -> [Double] {
    let keep = exp(-1 / Self.notesRemembered)
    for ratio in known {
      ratios = ratios * keep + log2(ratio)
      ratioCount = ratioCount * keep + 1
    }
    return known
  }

  private static func ratio(_ length: Int, _ interval: Int) -> Double {
    max(1.0 / 16, min(16, Double(max(1, length)) / Double(max(1, interval))))
  }
}
