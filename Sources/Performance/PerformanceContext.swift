/// A network's additional input, computed from the events so far: which keys sound and since when, the
/// velocity in force, the last onsets, durations and shifts, and which events cannot follow.
///
/// The network need not learn to remember these. Its features are in ``forEachFeature(_:)``, the links to its
/// logits in ``forEachLink(_:)``.
public struct PerformanceContext: Sendable {
  private(set) var keyboard = Keyboard()
  /// The last keys struck, the latest first; 4 at most.
  private(set) var lastStruck: [Int] = []
  /// The last onsets in steps, the latest first; notes within ``chordSteps`` count as one. 5 at most.
  private(set) var onsets: [Int] = []
  /// The durations of the notes that ended last, in steps, the latest first; 2 at most.
  private(set) var durations: [Int] = []
  /// The last time-shifts, the latest first, in steps; 3 at most.
  private(set) var shifts: [Int] = []
  /// The last velocity bins, that in force first, each 1…32; 3 at most.
  private(set) var bins: [Int] = []
  /// An exponential moving average of the notes' velocity bins.
  private(set) var meanBin: Float = 0
  /// How many notes began since the last time-shift.
  private(set) var notesNow = 0
  /// When the last note was struck that has ended since the last time-shift; `nil` if none has.
  private(set) var struckOfEnded: Int?
  /// Since the last time-shift: whether a note-on or velocity came, and the number of
  /// the note that ended last.
  private var hasBegun = false
  private var lastEnded = 0
  private var afterVelocity = false
  private var afterShortShift = false

  /// Notes that begin fewer than this many steps after an onset belong to it: a rolled chord.
  private static let chordSteps = 3

  /// Silence, before the first event.
  public init() {}

  /// Advances by an event; an unknown token leaves keys and times unchanged.
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

  /// Writes whether each event can come next in the output of ``Encoding``, from the
  /// slice's first element on.
  ///
  /// - There is no note-off of a silent key, and no note-on of a sounding one.
  /// - At one time notes end first, in the order in which they began, and then others begin.
  /// - A shift under a second is not followed by a shift; a velocity differs from the one before, and is
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
  /// Inserts an element at the front, and drops the last one if there are `most` already.
  fileprivate mutating func push(_ element: Element, most: Int) {
    if count == most { removeLast() }
    insert(element, at: 0)
  }
}
