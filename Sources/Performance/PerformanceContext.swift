/// What the events so far say about the next one: which keys sound and since when, the velocity in
/// force, the last onsets, durations and shifts, and which events cannot follow.
///
/// A network reads it beside each event and need not learn to remember it. The numbers that it reads
/// are in ``describe(_:)``, what is added to its logits in ``relate(_:)``.
public struct PerformanceContext: Sendable {
  private(set) var keyboard = Keyboard()
  /// The keys struck last, the last one first, and 4 at most.
  private(set) var lastStruck: [Int] = []
  /// When notes began, the latest first; those within ``chordSteps`` count as one. 5 at most.
  private(set) var onsets: [Int] = []
  /// How long the notes sounded that ended last, in steps, the latest first; 2 at most.
  private(set) var durations: [Int] = []
  /// The last time-shifts, the latest first, in steps; 3 at most.
  private(set) var shifts: [Int] = []
  /// The velocity bins that were in force last, that in force first, each 1…32; 3 at most.
  private(set) var bins: [Int] = []
  /// A running mean of the notes' velocity bins.
  private(set) var meanBin: Float = 0
  /// Notes that began since time went on.
  private(set) var notesNow = 0
  /// When the note was struck that has ended since time went on; the last if there are several.
  private(set) var struckOfEnded: Int?
  /// Since time went on: whether a note or its velocity came, and which note ended last.
  private var hasBegun = false
  private var lastEnded = 0
  private var afterVelocity = false
  private var afterShortShift = false

  /// Notes that begin within so many steps of another are one onset: a rolled chord.
  private static let chordSteps = 3

  /// Silence, before the first event.
  public init() {}

  /// Goes on by one event; what is none changes nothing.
  public mutating func advance(_ token: UInt16) {
    afterVelocity = false
    afterShortShift = false
    switch keyboard.advance(token) {
    case .began(let pitch, _): begin(pitch)
    case .ended(let pitch):
      let key = keyboard.keys[pitch]
      lastEnded = key.note
      struckOfEnded = key.struck
      durations.push(keyboard.time - key.struck, most: 2)
    case .waited(let steps):
      shifts.push(steps, most: 3)
      hasBegun = false
      notesNow = 0
      lastEnded = 0
      struckOfEnded = nil
      afterShortShift = steps < Vocabulary.longestShift
    case .velocity(let bin):
      bins.push(bin, most: 3)
      hasBegun = true
      afterVelocity = true
    case .nothing: break
    }
  }

  private mutating func begin(_ pitch: Int) {
    notesNow += 1
    hasBegun = true
    lastStruck.push(pitch, most: 4)
    let bin = Float(keyboard.bin)
    meanBin = keyboard.noteCount == 1 ? bin : meanBin + (bin - meanBin) / 8
    if let last = onsets.first, keyboard.time - last < Self.chordSteps { return }
    onsets.push(keyboard.time, most: 5)
  }

  /// Writes whether each event can come next in a performance that ``Encoding`` has written, from
  /// its first element on.
  ///
  /// - A silent key is not ended, a sounding one not struck.
  /// - At one time first notes end, in the order in which they began, and then others begin.
  /// - A shift under a second is not followed by a shift; a velocity is another than before, and is
  ///   followed by a note-on.
  public func fill(possible: inout ArraySlice<Bool>) {
    let first = possible.startIndex
    let isOn = first + Vocabulary.firstNoteOn
    let isOff = first + Vocabulary.firstNoteOff
    for (pitch, key) in keyboard.keys.enumerated() {
      possible[isOn + pitch] = !key.sounds && keyboard.bin > 0
      possible[isOff + pitch] = key.sounds && !hasBegun && key.note > lastEnded
    }
    let mayShift = !afterVelocity && !afterShortShift
    for token in Vocabulary.firstTimeShift..<Vocabulary.firstVelocity {
      possible[first + token] = mayShift
    }
    for bin in 1...Vocabulary.velocityBins {
      possible[first + Vocabulary.firstVelocity + bin - 1] = !afterVelocity && bin != keyboard.bin
    }
  }
}

extension Array {
  /// Puts an element in front and drops what there is beyond `most`.
  fileprivate mutating func push(_ element: Element, most: Int) {
    if count == most { removeLast() }
    insert(element, at: 0)
  }
}
