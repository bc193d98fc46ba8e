/// Which event may come next, so that what is sampled can be played by a hand.
///
/// - No note-off of a silent key, no second note-on of a sounding one; every note lasts a step.
/// - No note sounds longer than five seconds: time does not go on past that before it is ended.
/// - One way to say a thing: a shift under a second is not followed by a shift, a velocity event is
///   followed by a note-on and changes the velocity.
/// - Once the length asked for is reached no note begins; what sounds ends within a second, and
///   then the take is complete.
///
/// There is always something allowed until the take is complete.
public struct Grammar: Sendable {
  /// The longest note, in steps of 10 ms: 5 s, as note-seq's default.
  public static let longestNote = 500
  /// How long notes may ring on after the end of the take, in steps of 10 ms.
  public static let release = 100

  /// Steps of 10 ms since the grammar was made, or since ``begin(steps:)``.
  public private(set) var time = 0
  /// The velocity bin in force, 1…32; 0 before the first velocity event.
  public private(set) var bin = 0
  /// When each sounding key was struck, in steps; `nil` for silent keys.
  private var struck: [Int?] = Array(repeating: nil, count: 128)
  private var soundingCount = 0
  /// The earliest of `struck`; kept so that a mask need not look for it.
  private var earliest = Int.max
  private var lastToken: UInt16?
  private var length = Int.max

  /// A grammar at the beginning of a performance: silence, no velocity yet.
  public init() {}

  /// Whether the length asked for has passed and nothing sounds any more.
  public var isComplete: Bool { time >= length && soundingCount == 0 }

  /// Whether any key sounds.
  public var isSounding: Bool { soundingCount > 0 }

  /// Starts a take of `steps` of 10 ms here: after a primer, say.
  public mutating func begin(steps: Int) {
    for pitch in struck.indices {
      struck[pitch] = struck[pitch].map { $0 - time }
    }
    earliest = struck.compactMap(\.self).min() ?? Int.max
    time = 0
    length = steps
  }

  /// Goes on by one event; one that is not allowed is taken as ``Decoding`` takes it.
  public mutating func advance(_ token: UInt16) {
    guard token < Vocabulary.size else { return }
    lastToken = token
    switch Vocabulary.event(of: token) {
    case .noteOn(let pitch):
      if struck[Int(pitch)] == nil { soundingCount += 1 }
      let restruck = struck[Int(pitch)] == earliest
      struck[Int(pitch)] = time
      if restruck { findEarliest() } else { earliest = min(earliest, time) }
    case .noteOff(let pitch):
      guard let start = struck[Int(pitch)] else { return }
      struck[Int(pitch)] = nil
      soundingCount -= 1
      if start == earliest { findEarliest() }
    case .timeShift(let steps): time += steps
    case .velocity(let bin): self.bin = bin
    case nil: break
    }
  }

  /// Writes which tokens may come next into `mask`, which has ``Vocabulary/size`` elements.
  public func fill(_ mask: inout [Bool]) {
    if isOverdue {
      // Nothing else may be said until it is: a model that holds on would fill the time instead.
      for token in mask.indices { mask[token] = false }
      for pitch in 0..<128 {
        guard let start = struck[pitch] else { continue }
        mask[Vocabulary.firstNoteOff + pitch] =
          hasRungOut || time >= start + Self.longestNote
      }
      return
    }
    let mayBegin = time < length
    // Only while a note may follow, or else nothing could.
    let afterVelocity =
      mayBegin && soundingCount < 128
      && lastToken.map { Int($0) >= Vocabulary.firstVelocity } ?? false
    let longest = longestShift
    for pitch in 0..<128 {
      let sounds = struck[pitch] != nil
      mask[Vocabulary.firstNoteOn + pitch] = mayBegin && !sounds && (bin > 0)
      mask[Vocabulary.firstNoteOff + pitch] =
        sounds && !afterVelocity && struck[pitch] != time
    }
    for shift in 1...Vocabulary.longestShift {
      mask[Vocabulary.firstTimeShift + shift - 1] = !afterVelocity && shift <= longest
    }
    for bin in 1...Vocabulary.velocityBins {
      mask[Vocabulary.firstVelocity + bin - 1] =
        mayBegin && !afterVelocity && bin != self.bin && soundingCount < 128
    }
  }

  /// Whether a note has sounded as long as one may.
  private var isOverdue: Bool {
    soundingCount > 0 && (hasRungOut || time >= earliest + Self.longestNote)
  }

  /// Whether the time that notes may ring on after the take's end is over.
  private var hasRungOut: Bool { length < Int.max && time >= length + Self.release }

  /// The longest shift allowed here, in steps; 0 for none.
  private var longestShift: Int {
    let afterShortShift =
      lastToken.map {
        (Vocabulary.firstTimeShift..<(Vocabulary.firstVelocity - 1)).contains(Int($0))
      } ?? false
    var longest = Vocabulary.longestShift
    // A shift may follow a short one when there is nothing else to say: every key is silent and
    // no note may begin.
    if afterShortShift, soundingCount > 0 || time < length { longest = 0 }
    if soundingCount > 0 {
      longest = min(longest, earliest + Self.longestNote - time)
      if length < Int.max { longest = min(longest, max(0, length + Self.release - time)) }
    }
    return max(0, longest)
  }

  private mutating func findEarliest() {
    earliest = struck.compactMap(\.self).min() ?? Int.max
  }
}
