import Foundation
import Performance

/// Steers a stream toward ``Controls``: by biases that grow while what was played lately is not what is asked
/// (a controller with a proportional and an integral part), and by a weight for how well it fits.
///
/// Every bias tilts the model's distribution exponentially, so that all else stays as likely as it is to
/// the model: onsets against time, keys by their height, velocities by their distance from the one in force,
/// note-offs by how long their note has sounded.
package struct ControlSteering: Constraint {
  private let controls: Controls
  private var heard = RecentPlaying()
  private var lastWasVelocity = false
  private var weight: Float = 0
  private var windows = 0

  // The integral parts.
  private var hurry = 0.0
  private var height = 0.0
  private var force = 0.0
  private var release = 0.0

  /// Steering toward these controls.
  package init(toward controls: Controls) { self.controls = controls }

  package var isBiased: Bool { true }
  package var logWeight: Float { weight }

  // MARK: - Advance

  package mutating func advance(_ token: UInt16) {
    let before = heard.seconds
    let ratios = heard.advance(token)
    let now = heard.seconds
    lastWasVelocity = Vocabulary.velocities.contains(Int(token))
    switch Vocabulary.event(of: token) {
    case .timeShift:
      if let asked = controls.density?.value(at: now) {
        // Not the logarithm of the ratio: its mean would be reached by a geometric mean.
        let error = max(-2, (asked - heard.density) / asked)
        hurry = clamp(hurry + 0.7 * error * (now - before), 4)
      }
      if Int(now / 2) > windows {
        windows = Int(now / 2)
        weight -= misfit(at: now)
      }
    case .noteOn:
      if let asked = controls.register?.value(at: now), let got = heard.register {
        height = clamp(height + 0.0015 * (asked - got), 0.5)
      }
      if let asked = controls.loudness?.value(at: now), let got = heard.loudness {
        force = clamp(force + 0.01 * (asked - got) / 4, 1.5)
      }
    case .noteOff, .velocity, nil: break
    }
    if let asked = controls.touch?.value(at: now) {
      for ratio in ratios { release = clamp(release + 0.15 * log2(asked / ratio), 4) }
    }
  }

  /// Minus the log weight of the last two seconds or so, about 1 where a measure misses by its tolerance.
  private func misfit(at now: Double) -> Float {
    var sum = 0.0
    func add(_ miss: Double?) { if let miss { sum += min(8, miss * miss / 2) } }
    if let asked = controls.density?.value(at: now) {
      add(log(asked / max(0.05, heard.density)) / 0.2)
    }
    if let asked = controls.register?.value(at: now) {
      add(heard.register.map { ($0 - asked) / 4 })
    }
    if let asked = controls.loudness?.value(at: now) {
      add(heard.loudness.map { ($0 - asked) / 8 })
    }
    if let asked = controls.touch?.value(at: now) {
      add(heard.touch.map { log2($0 / asked) / 0.4 })
    }
    if let asked = controls.pitchClasses?.shares(at: now) {
      add((1 - cosine(asked, heard.pitchClasses)) / 0.1)
    }
    return Float(sum)
  }

  // MARK: - What may come, and how likely

  package func allow(_ mask: inout [Bool]) {
    guard let shares = controls.pitchClasses?.shares(at: heard.seconds) else { return }
    for pitch in 0..<128 where shares[pitch % 12] == 0 {
      mask[Vocabulary.firstNoteOn + pitch] = false
    }
  }

  package func bias(_ logits: inout [Float]) {
    let now = heard.seconds
    if let asked = controls.density?.value(at: now), !lastWasVelocity {
      biasDensity(&logits, asked)
    }
    if let asked = controls.register?.value(at: now) {
      let got = heard.register ?? 64
      let tilt = Float(height + 0.01 * (asked - got))
      for pitch in 0..<128 { logits[Vocabulary.firstNoteOn + pitch] += tilt * Float(pitch - 64) }
    }
    if let asked = controls.loudness?.value(at: now), heard.bin > 0 {
      let got = heard.loudness ?? asked
      let tilt = Float(force + 0.05 * (asked - got) / 4)
      for bin in 1...Vocabulary.velocityBins {
        logits[Vocabulary.firstVelocity + bin - 1] += tilt * Float(bin - heard.bin)
      }
    }
    if let asked = controls.touch?.value(at: now) { biasTouch(&logits, asked) }
    if let asked = controls.pitchClasses?.shares(at: now) {
      let got = heard.pitchClasses
      for pitch in 0..<128 where asked[pitch % 12] > 0 {
        // As if four notes had been played as asked.
        let share = (got[pitch % 12] * heard.notes + asked[pitch % 12] * 4) / (heard.notes + 4)
        logits[Vocabulary.firstNoteOn + pitch] += Float(
          clamp(1.5 * log(asked[pitch % 12] / share), 3))
      }
    }
  }

  private func biasDensity(_ logits: inout [Float], _ asked: Double) {
    let push = clamp(hurry + 0.7 * max(-2, (asked - heard.density) / asked), 5)
    // Less when there are to be more: that would make chords rather than a faster pulse.
    let onsets = Float(push > 0 ? 0.5 * push : push)
    for pitch in 0..<128 { logits[Vocabulary.firstNoteOn + pitch] += onsets }
    for token in Vocabulary.velocities { logits[token] += onsets }
    // Per second of time that passes, as for a Poisson process of the rate asked.
    let slope = push * asked
    for steps in 1...Vocabulary.longestShift {
      logits[Vocabulary.firstTimeShift + steps - 1] -= Float(clamp(slope * Double(steps) / 100, 8))
    }
  }

  private func biasTouch(_ logits: inout [Float], _ asked: Double) {
    for (pitch, age, interval) in heard.sounding {
      // How much of the length asked for has passed, in doublings.
      let passed = log2(max(0.01, age) / (asked * interval))
      logits[Vocabulary.firstNoteOff + pitch] += Float(clamp(release * -1 + 2.5 * passed, 7))
    }
  }
}

private func clamp(_ value: Double, _ most: Double) -> Double { max(-most, min(most, value)) }

/// The cosine of two vectors; 0 if one of them is zero.
func cosine(_ a: [Double], _ b: [Double]) -> Double {
  let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  let norms = (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
  return norms > 0 ? product / norms : 0
}
