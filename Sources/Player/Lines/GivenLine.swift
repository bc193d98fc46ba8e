import Foundation
package import MIDI
import Performance

/// Notes that are given: a stream plays each of them at its time, to the note, and draws what sounds beside
/// them.
///
/// Its streams are weighed by how likely the model finds the given notes after what they drew
/// (``Competition/givenExponent``), so that streams that clash with the line die out.
package struct GivenLine: Constraint {
  /// Which keys are free for what is drawn.
  package enum Side: String, CaseIterable, Codable, Sendable {
    /// Those below the line.
    case left
    /// Those above it.
    case right
    case both
  }

  /// An event of the line.
  private struct Event {
    var step: Int
    var pitch: Int
    /// The velocity bin of a note-on; `nil` for a note-off.
    var bin: Int?
  }

  /// A key that a given note strikes is not struck by another shortly before, in steps of 10 ms.
  private static let clearance = 10
  /// Notes of the line this near, in steps of 10 ms, tell where its hand is.
  private static let reach = 100

  private let events: [Event]
  /// The steps at which given notes begin, ascending.
  private let onsets: [Int]
  /// The given notes' pitches, in order of `starts`.
  private let pitches: [Int]
  private let starts: [Int]
  private let side: Side
  /// When drawn notes may begin, in steps.
  private let free: Range<Int>

  private var next = 0
  private var time = 0
  private var bin = 0
  /// Per key: whether it sounds, and whether a given note struck it.
  private var sounds = Array(repeating: false, count: 128)
  private var isGiven = Array(repeating: false, count: 128)
  private var passed = 0
  private var lastWasVelocity = false

  /// A line.
  ///
  /// - Parameters:
  ///   - notes: Its notes, with times in nanoseconds from the beginning of the take.
  ///   - held: Keys that sound at the beginning, with the time in nanoseconds at which they are lifted.
  ///   - bin: The velocity bin in force at the beginning; 0 for none.
  ///   - side: The keys for what is drawn beside it.
  ///   - free: When drawn notes may begin, in nanoseconds.
  package init(
    _ notes: [Note], held: [(pitch: UInt8, until: Int64)] = [], bin: Int = 0, side: Side = .both,
    free: Range<Int64> = 0..<Int64.max
  ) {
    var events = held.map {
      Event(step: Vocabulary.step(ofNanoseconds: $0.until), pitch: Int($0.pitch), bin: nil)
    }
    let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    for note in sorted {
      let start = Vocabulary.step(ofNanoseconds: note.start)
      let end = max(start + 1, Vocabulary.step(ofNanoseconds: note.end))
      let pitch = Int(note.pitch)
      events.append(
        Event(step: start, pitch: pitch, bin: max(1, Vocabulary.bin(ofVelocity: note.velocity))))
      events.append(Event(step: end, pitch: pitch, bin: nil))
    }
    // Keys are lifted before others are struck, as `Encoding` writes it.
    self.events = events.sorted {
      ($0.step, $0.bin == nil ? 0 : 1, $0.pitch) < ($1.step, $1.bin == nil ? 0 : 1, $1.pitch)
    }
    starts = sorted.map { Vocabulary.step(ofNanoseconds: $0.start) }
    pitches = sorted.map { Int($0.pitch) }
    onsets = Set(starts).sorted()
    self.side = side
    self.free =
      Vocabulary.step(
        ofNanoseconds: free.lowerBound)..<(free.upperBound == .max
      ? Int.max : Vocabulary.step(ofNanoseconds: free.upperBound))
    self.bin = bin
    for key in held {
      sounds[Int(key.pitch)] = true
      isGiven[Int(key.pitch)] = true
    }
  }

  // MARK: - Advance

  package mutating func advance(_ token: UInt16) {
    lastWasVelocity = false
    switch Vocabulary.event(of: token) {
    case .timeShift(let steps): time += steps
    case .velocity(let bin):
      self.bin = bin
      lastWasVelocity = true
    case .noteOn(let pitch):
      let isDue = isDue(Int(pitch), isOn: true)
      sounds[Int(pitch)] = true
      isGiven[Int(pitch)] = isDue
      if isDue { next += 1 }
    case .noteOff(let pitch):
      if isDue(Int(pitch), isOn: false) { next += 1 }
      sounds[Int(pitch)] = false
    case nil: break
    }
    // A note of the line that its next one has ended needs no note-off.
    while next < events.count, events[next].bin == nil,
      !(sounds[events[next].pitch] && isGiven[events[next].pitch])
    {
      next += 1
    }
    while passed < onsets.count, next == events.count || events[next].step > onsets[passed],
      time >= onsets[passed]
    {
      passed += 1
    }
  }

  private func isDue(_ pitch: Int, isOn: Bool) -> Bool {
    guard next < events.count else { return false }
    let event = events[next]
    return event.step <= time && event.pitch == pitch && (event.bin != nil) == isOn
  }

  package var given: UInt16? {
    guard next < events.count, events[next].step <= time else { return nil }
    let event = events[next]
    guard let wanted = event.bin else {
      return Vocabulary.token(of: .noteOff(pitch: UInt8(event.pitch)))
    }
    if sounds[event.pitch] {
      return Vocabulary.token(of: .noteOff(pitch: UInt8(event.pitch)))
    }
    return bin == wanted
      ? Vocabulary.token(of: .noteOn(pitch: UInt8(event.pitch)))
      : Vocabulary.token(of: .velocity(bin: wanted))
  }

  package var boundariesPassed: Int? { passed }

  // MARK: - What may be drawn

  package func allow(_ mask: inout [Bool]) {
    for pitch in 0..<128 where sounds[pitch] && isGiven[pitch] {
      mask[Vocabulary.firstNoteOff + pitch] = false
    }
    if let limit = stepsToNext, limit < Vocabulary.longestShift {
      for steps in (limit + 1)...Vocabulary.longestShift {
        mask[Vocabulary.firstTimeShift + steps - 1] = false
      }
    }
    guard free.contains(time) else {
      for pitch in 0..<128 { mask[Vocabulary.firstNoteOn + pitch] = false }
      return
    }
    let first = starts.partitioningIndex { $0 >= time - Self.reach }
    var (lowest, highest) = (Int.max, Int.min)
    for index in first..<starts.count {
      guard starts[index] <= time + Self.reach else { break }
      let (pitch, distance) = (pitches[index], starts[index] - time)
      (lowest, highest) = (min(lowest, pitch), max(highest, pitch))
      if (0...Self.clearance).contains(distance) { mask[Vocabulary.firstNoteOn + pitch] = false }
      if abs(distance) <= RecentPlaying.chordSteps {
        for key in max(0, pitch - 1)...min(127, pitch + 1) {
          mask[Vocabulary.firstNoteOn + key] = false
        }
      }
    }
    guard lowest <= highest else { return }
    if side == .left { for key in lowest...127 { mask[Vocabulary.firstNoteOn + key] = false } }
    if side == .right { for key in 0...highest { mask[Vocabulary.firstNoteOn + key] = false } }
  }

  package var isBiased: Bool { true }

  /// A stream that would wait longer than until the line's next event waits until then: that shift gets the
  /// probability of all longer ones.
  package func bias(_ logits: inout [Float]) {
    guard let limit = stepsToNext, limit < Vocabulary.longestShift, limit > 0 else { return }
    let longer = logits[
      (Vocabulary.firstTimeShift + limit - 1)..<(Vocabulary.firstTimeShift + Vocabulary.longestShift)
    ]
    let most = longer.max() ?? 0
    let sum = longer.reduce(0) { $0 + exp($1 - most) }
    logits[Vocabulary.firstTimeShift + limit - 1] = most + log(sum)
  }

  /// Steps until the line's next event; `nil` after its last.
  private var stepsToNext: Int? {
    next < events.count ? max(0, events[next].step - time) : nil
  }
}

extension Array {
  /// The first index whose element satisfies a condition that all later ones satisfy too.
  func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
