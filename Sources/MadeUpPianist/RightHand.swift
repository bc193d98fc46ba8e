/// The swung line: phrases of eighths through the scale to chord tones, with rests in between.
struct RightHand {
  private let style: Pianist.Style
  private var pitch: Int
  private var direction = 1
  private var barsLeftInPhrase = 0
  private var restingBars = 1
  /// The rhythm of the last bar, which is sometimes repeated.
  private var motif: [Bool] = []

  init(style: Pianist.Style) {
    self.style = style
    pitch = (style.register.lowerBound + style.register.upperBound) / 2
  }

  /// The line of one bar that starts at `beat`; `next` is the chord it leads to.
  mutating func bar(
    chord: Chord, next: Chord, beat: Double, using random: inout some RandomNumberGenerator
  ) -> [PlannedNote] {
    if barsLeftInPhrase == 0 {
      if restingBars > 0 {
        restingBars -= 1
        return pickup(to: next, beat: beat, using: &random)
      }
      barsLeftInPhrase = Int.random(in: 2...4, using: &random)
    }
    barsLeftInPhrase -= 1
    let isLast = barsLeftInPhrase == 0
    if isLast {
      restingBars = [0, 1, 1].randomElement(using: &random) ?? 1
    }

    let rhythm = self.rhythm(endsPhrase: isLast, using: &random)
    var notes: [PlannedNote] = []
    for (slot, sounds) in rhythm.enumerated() where sounds {
      let target = slot == rhythm.count - 1 ? next : chord
      step(in: target, toChordTone: slot % 2 == 0, using: &random)
      let start = onset(slot: slot, beat: beat)
      let isHeld = slot + 1 >= rhythm.count || !rhythm[slot + 1]
      notes.append(
        PlannedNote(
          pitch: pitch, velocity: accent(slot: slot), startBeat: start,
          endBeat: isHeld ? start + 0.85 : onset(slot: slot + 1, beat: beat) - 0.04))
      let isTriplet = slot % 2 == 0 && !isHeld && Double.random(in: 0..<1, using: &random) < 0.06
      if isTriplet {
        notes.append(contentsOf: turn(in: chord, startBeat: start))
      }
    }
    return notes
  }

  /// A pickup of two eighths before a phrase, or nothing.
  private mutating func pickup(
    to next: Chord, beat: Double, using random: inout some RandomNumberGenerator
  ) -> [PlannedNote] {
    guard restingBars == 0, Bool.random(using: &random) else { return [] }
    direction = pitch > (style.register.lowerBound + style.register.upperBound) / 2 ? -1 : 1
    var notes: [PlannedNote] = []
    for slot in 6..<8 {
      step(in: next, toChordTone: slot == 6, using: &random)
      let start = onset(slot: slot, beat: beat)
      notes.append(
        PlannedNote(
          pitch: pitch, velocity: accent(slot: slot) - 6, startBeat: start, endBeat: start + 0.4))
    }
    return notes
  }

  /// Which of the bar's eight eighths have a note.
  private mutating func rhythm(
    endsPhrase: Bool, using random: inout some RandomNumberGenerator
  ) -> [Bool] {
    if !endsPhrase, motif.count == 8, Double.random(in: 0..<1, using: &random) < 0.3 {
      return motif
    }
    let length = endsPhrase ? Int.random(in: 2...5, using: &random) : 8
    var rhythm = (0..<8).map { slot in
      slot < length && Double.random(in: 0..<1, using: &random) < style.density
    }
    rhythm[0] = rhythm[0] || Bool.random(using: &random)
    motif = rhythm
    return rhythm
  }

  /// Moves `pitch` by a step or a small leap, turning back at the edges of the register.
  private mutating func step(
    in chord: Chord, toChordTone: Bool, using random: inout some RandomNumberGenerator
  ) {
    if pitch >= style.register.upperBound - 2 { direction = -1 }
    if pitch <= style.register.lowerBound + 2 { direction = 1 }
    if Double.random(in: 0..<1, using: &random) < 0.14 { direction = -direction }
    let leap = Double.random(in: 0..<1, using: &random)
    var candidate = pitch + direction * (leap < 0.72 ? 1 : leap < 0.92 ? 3 : 5)
    let degrees = toChordTone ? chord.tones : chord.scale
    let isChromatic = !toChordTone && Double.random(in: 0..<1, using: &random) < 0.12
    if !isChromatic {
      while !chord.contains(candidate, in: degrees) { candidate += direction }
    }
    if style.register.contains(candidate) {
      pitch = candidate
    } else {
      direction = -direction
    }
  }

  /// A quick turn after a note: upper neighbour and back, in triplets.
  private func turn(in chord: Chord, startBeat: Double) -> [PlannedNote] {
    var upper = pitch + 1
    while !chord.contains(upper, in: chord.scale) { upper += 1 }
    return [
      PlannedNote(
        pitch: upper, velocity: style.velocity - 8, startBeat: startBeat + 1.0 / 3,
        endBeat: startBeat + 0.6)
    ]
  }

  private func onset(slot: Int, beat: Double) -> Double {
    beat + Double(slot / 2) + (slot % 2 == 1 ? style.swing : 0)
  }

  /// The velocity of a note: off-beats are accented a little, and high notes are louder.
  private func accent(slot: Int) -> Double {
    let middle = Double(style.register.lowerBound + style.register.upperBound) / 2
    return style.velocity + (slot % 2 == 1 ? 5 : 0) + (Double(pitch) - middle) * 0.5
  }
}
