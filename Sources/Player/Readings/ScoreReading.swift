import Foundation
import Performance

/// Makes a stream play a ``Score``: every note once and nothing else, in order, with the model's touch.
///
/// Only the missing notes of the chord that is due may be struck; loudness is free, and so are time and
/// note-offs within bounds, which leave at any moment a way to go on. Onsets are pulled to the notated
/// rhythm: the logarithm of the time between two chords over the time that the recent tempo makes of the
/// notated one is Laplace distributed. The biases are this prior, so that streams are to compete with
/// ``Competition/biasExponent`` 1.
///
/// A boundary is passed with each chord.
package struct ScoreReading: Constraint {
  /// A note that sounds.
  private struct Sounding {
    var pitch: UInt8
    /// The first and the last time at which it may end, in steps.
    var earliestEnd: Int
    var latestEnd: Int
  }

  private let score: Score
  /// How many seconds a notated second lasts where the tempo is as asked.
  private let pace: Double
  private let pull: TempoPull

  /// The time in steps of 10 ms.
  private var now = 0
  /// The number of the chord that is due.
  private var due = 0
  /// Its notes that are still to be struck.
  private var missing: [Score.Note]
  /// Whether some of its notes are struck.
  private var isOpen = false
  /// When the first note of the last chord that was begun was struck, and when the last note of all.
  private var chordStart = 0
  private var lastOnset = 0
  /// When the first note of the chord that is due may be struck, and must be.
  private var earliest = 0
  private var latest = 0
  /// The time from the last chord to the one that is due if the tempo goes on as it was, in steps.
  private var expected = 0.0
  private var sounding: [Sounding] = []
  /// The logarithm of the prior that the wait for the chord that is due has used up.
  private var paid: Float = 0
  private var tempo = RecentTempo()
  /// The note that was struck last.
  private(set) var lastStruck: LoudnessConsensus.Place?

  /// A reading of a score.
  ///
  /// - Parameters:
  ///   - tempo: The factor of the notated tempo, above 0.
  ///   - pull: How the onsets are pulled to the notated rhythm.
  package init(of score: Score, tempo: Double = 1, pull: TempoPull = TempoPull()) {
    precondition(tempo > 0, "got \(tempo)")
    self.score = score
    self.pull = pull
    pace = 1 / tempo
    missing = score.chords[0].notes
  }

  /// The longest note that any reading of a score has, in steps of 10 ms.
  package static func longestNote(of score: Score, tempo: Double = 1) -> Int {
    let longest = score.chords.flatMap(\.notes).map(\.seconds).max() ?? 0
    return lengths(of: longest * 100 / tempo * RecentTempo.widest).upperBound + 1
  }

  // MARK: - Constraint

  package var isBiased: Bool { !score.keepsTimes }
  package var boundariesPassed: Int? { due }
  package var isFinished: Bool { due == score.chords.count && sounding.isEmpty }

  package mutating func advance(_ token: UInt16) {
    switch Vocabulary.event(of: token) {
    case .timeShift(let steps):
      now += steps
      if waits { paid = promise(at: now, steps, firstRelease: firstRelease) }
    case .velocity: if waits { paid = prior(at: now) }
    case .noteOn(let pitch): strike(pitch)
    case .noteOff(let pitch): sounding.removeAll { $0.pitch == pitch }
    case nil: break
    }
  }

  package func allow(_ mask: inout [Bool]) {
    let mayStrike = due < score.chords.count && now >= earliest
    for token in 0..<Vocabulary.firstNoteOff { mask[token] = mask[token] && mayStrike }
    guard mayStrike else {
      for token in Vocabulary.velocities { mask[token] = false }
      return allowReleases(&mask)
    }
    var isMissing = [Bool](repeating: false, count: 128)
    for note in missing { isMissing[Int(note.pitch)] = true }
    for pitch in 0..<128 where !isMissing[pitch] { mask[Vocabulary.firstNoteOn + pitch] = false }
    if missing.allSatisfy({ note in sounding.contains { $0.pitch == note.pitch } }) {
      for token in Vocabulary.velocities { mask[token] = false }
    }
    allowReleases(&mask)
  }

  package func bias(_ logits: inout [Float]) {
    guard waits else { return }
    let release = firstRelease
    for steps in 1...Vocabulary.longestShift {
      logits[Vocabulary.firstTimeShift + steps - 1] +=
        promise(at: now + steps, steps, firstRelease: release) - paid
    }
    let onset = prior(at: now) - paid
    for token in 0..<Vocabulary.firstNoteOff { logits[token] += onset }
    for token in Vocabulary.velocities { logits[token] += onset }
  }

  // MARK: - Inside

  /// Whether the prior on the time of the next chord applies.
  private var waits: Bool {
    !score.keepsTimes && !isOpen && due > 0 && due < score.chords.count
  }

  /// Masks the note-offs and time-shifts that may not come.
  private func allowReleases(_ mask: inout [Bool]) {
    for note in sounding {
      let isNeeded = now >= earliest && missing.contains { $0.pitch == note.pitch }
      if now < note.earliestEnd, !isNeeded {
        mask[Vocabulary.firstNoteOff + Int(note.pitch)] = false
      }
    }
    var last = sounding.map(\.latestEnd).min() ?? .max
    if due < score.chords.count { last = min(last, isOpen ? chordStart + Self.spread : latest) }
    let release = firstRelease
    for steps in 1...Vocabulary.longestShift {
      // After a short shift something must be possible.
      let mayFollow =
        now + steps <= last
        && (steps == Vocabulary.longestShift || mayStrike(at: now + steps)
          || now + steps >= release)
      if !mayFollow { mask[Vocabulary.firstTimeShift + steps - 1] = false }
    }
  }

  private func mayStrike(at time: Int) -> Bool { due < score.chords.count && time >= earliest }

  /// The first time at which a note may end.
  private var firstRelease: Int { sounding.map(\.earliestEnd).min() ?? .max }

  /// The logarithm of the prior of the next chord's time, up to a constant.
  private func prior(at time: Int) -> Float {
    pull.logPrior(steps: time - chordStart, expected: expected)
  }

  /// The logarithm of what the prior may still become for a stream that waits until `time`, by a shift of
  /// `steps`.
  private func promise(at time: Int, _ steps: Int, firstRelease: Int) -> Float {
    let onset = prior(at: time)
    let mayWait = steps == Vocabulary.longestShift || time >= firstRelease
    guard Double(time - chordStart) < expected, mayWait else { return onset }
    // Either a note begins or something else comes first, one as likely as the other.
    return log((1 + exp(onset)) / 2)
  }

  private mutating func strike(_ pitch: UInt8) {
    guard let index = missing.firstIndex(where: { $0.pitch == pitch }) else { return }
    let note = missing.remove(at: index)
    lastStruck = .init(chord: due, pitch: pitch)
    if !isOpen {
      if due > 0, !score.keepsTimes {
        tempo.add(steps: now - chordStart, notated: notated(before: due))
      }
      (isOpen, chordStart) = (true, now)
    }
    lastOnset = now
    let lengths = Self.lengths(of: note.seconds * 100 * pace * tempo.factor)
    sounding.append(
      Sounding(
        pitch: pitch, earliestEnd: now + lengths.lowerBound, latestEnd: now + lengths.upperBound))
    if missing.isEmpty { turnToNext() }
  }

  private mutating func turnToNext() {
    due += 1
    (isOpen, paid) = (false, 0)
    guard due < score.chords.count else { return }
    let chord = score.chords[due]
    missing = chord.notes
    let onset = Int((chord.onset * 100 * pace).rounded())
    guard !score.keepsTimes else {
      earliest = max(lastOnset + 1, onset)
      latest = earliest
      return
    }
    expected = notated(before: due) * tempo.factor
    earliest = max(lastOnset + 1, chordStart + Int(expected * Self.shortest))
    // No reading is more than twice as slow as asked, and a few seconds.
    let wait = min(Int(expected * Self.longest) + Self.hesitation, onset * 2 + 500 - chordStart)
    latest = max(earliest, chordStart + wait)
  }

  /// The notated time between a chord and the one before, in steps.
  private func notated(before chord: Int) -> Double {
    (score.chords[chord].onset - score.chords[chord - 1].onset) * 100 * pace
  }

  /// How long a note may sound, in steps, by its notated length in steps: 0.3 to 3 times that and a second,
  /// since to the models a pedal makes notes longer.
  private static func lengths(of notated: Double) -> ClosedRange<Int> {
    let shortest = max(1, Int((notated * 0.3).rounded()))
    return shortest...max(shortest, Int((notated * 3).rounded()) + 100)
  }

  /// The longest time between the notes of a chord, in steps: 100 ms.
  static let spread = 10
  /// The shortest and the longest time between two chords, over what is expected.
  private static let shortest = 0.4
  private static let longest = 2.5
  /// What the longest time may be longer, in steps.
  private static let hesitation = 15
}

/// How the onsets of a reading are pulled to the notated rhythm.
package struct TempoPull: Hashable, Sendable {
  /// The scale of the Laplace distribution of log(time / expected time). Measured over pianists: the median
  /// of the absolute value is 0.13.
  package var scale = 0.19

  /// The pull as measured.
  package init() {}

  /// The logarithm of the prior of a time between two chords, 0 for the expected one.
  ///
  /// - Parameters:
  ///   - steps: The time, in steps.
  ///   - expected: The time that is expected, in steps.
  func logPrior(steps: Int, expected: Double) -> Float {
    // Half a step more, so that times near 0 are finite.
    -Float(abs(log((Double(steps) + 0.5) / (expected + 0.5))) / scale)
  }
}

/// The tempo of the last chords, as a factor of notated times.
struct RecentTempo {
  /// The furthest that the factor goes from 1, up or down.
  static let widest = 2.0
  /// How many chords count.
  private static let memory = 8
  /// How many chords the tempo asked for counts as.
  private static let pull = 4.0

  private var ratios: [(log: Double, weight: Double)] = []
  /// How long a notated second is: the geometric mean of the last ratios and some of 1.
  private(set) var factor = 1.0

  /// Adds the time between two chords, and the notated one, both in steps.
  mutating func add(steps: Int, notated: Double) {
    // In a short time the rounding to steps is heard more than the tempo.
    ratios.append((log((Double(steps) + 0.5) / (notated + 0.5)), min(1, notated / 10)))
    if ratios.count > Self.memory { ratios.removeFirst() }
    let sum = ratios.reduce(0) { $0 + $1.log * $1.weight }
    let mean = sum / (ratios.reduce(0) { $0 + $1.weight } + Self.pull)
    factor = exp(min(log(Self.widest), max(-log(Self.widest), mean)))
  }
}
