/// The 388 performance events and their token numbers, as in note-seq.
///
/// | tokens | event |
/// |---|---|
/// | 0…127 | note-on |
/// | 128…255 | note-off |
/// | 256…355 | time-shift of 10 ms … 1 s |
/// | 356…387 | velocity bin 1…32 |
public enum Vocabulary {
  /// How many tokens there are.
  public static let size = 388
  /// The token of the first note-on.
  public static let firstNoteOn = 0
  /// The token of the first note-off.
  public static let firstNoteOff = 128
  /// The token of the shortest time-shift, one step.
  public static let firstTimeShift = 256
  /// The token of the softest velocity bin.
  public static let firstVelocity = 356
  /// The longest time-shift, in steps.
  public static let longestShift = 100
  /// How many velocity bins there are, of four velocities each.
  public static let velocityBins = 32
  /// The tokens of velocity bins. Tokens that a later vocabulary adds come after all of these, so that no token
  /// ever moves.
  public static let velocities = firstVelocity..<(firstVelocity + velocityBins)
  /// The length of a step in nanoseconds: 10 ms.
  public static let nanosecondsPerStep: Int64 = 10_000_000

  /// The token of an event.
  ///
  /// - Precondition: The event's number is in its range.
  public static func token(of event: PerformanceEvent) -> UInt16 {
    switch event {
    case .noteOn(let pitch): UInt16(pitch)
    case .noteOff(let pitch): UInt16(firstNoteOff) + UInt16(pitch)
    case .timeShift(let steps): UInt16(firstTimeShift + steps - 1)
    case .velocity(let bin): UInt16(firstVelocity + bin - 1)
    }
  }

  /// The event of a token; `nil` when there is no such token.
  public static func event(of token: UInt16) -> PerformanceEvent? {
    switch Int(token) {
    case firstNoteOn..<firstNoteOff: .noteOn(pitch: UInt8(token))
    case firstNoteOff..<firstTimeShift: .noteOff(pitch: UInt8(Int(token) - firstNoteOff))
    case firstTimeShift..<firstVelocity: .timeShift(steps: Int(token) - firstTimeShift + 1)
    case velocities: .velocity(bin: Int(token) - firstVelocity + 1)
    default: nil
    }
  }

  /// The bin, 1…32, of a velocity, 1…127.
  ///
  /// Source: note-seq `performance_lib.velocity_to_bin`.
  public static func bin(ofVelocity velocity: UInt8) -> Int {
    (Int(max(1, velocity)) - 1) / 4 + 1
  }

  /// The velocity, 1…125, that represents a bin, 1…32.
  ///
  /// Source: note-seq `performance_lib.velocity_bin_to_velocity`.
  public static func velocity(ofBin bin: Int) -> UInt8 {
    UInt8((bin - 1) * 4 + 1)
  }

  /// The step that a time in nanoseconds falls on, half a step rounded up.
  ///
  /// Source: note-seq `sequences_lib.quantize_to_step` with its cut-off of 0.5.
  public static func step(ofNanoseconds nanoseconds: Int64) -> Int {
    Int((nanoseconds + nanosecondsPerStep / 2) / nanosecondsPerStep)
  }
}
