/// What a recorder shows while it runs.
public struct RecorderStatus: Hashable, Sendable {
  /// Seconds since the recorder began to listen.
  public var seconds: Double
  /// Seconds of the take that is played; `nil` between takes.
  public var takeSeconds: Double?
  /// The number of the take that is played, once the library has given it one.
  public var take: Int64?
  /// Notes of the take that is played.
  public var notes: Int
  /// Takes of this recording that are stored.
  public var storedTakes: Int
  /// Whether a sustain pedal is down.
  public var isPedalDown: Bool
  /// The velocities of the last strokes, the newest last.
  public var velocities: [UInt8]
  /// The keys that were struck together last, lowest first.
  public var chord: [UInt8]
  /// Events that are in memory alone because the library does not take them; 0 when all is well.
  public var heldEvents: Int
  /// Whether nothing is stored until the musician asks.
  public var isLookingBack: Bool
}

extension RecorderStatus: CustomStringConvertible {
  /// One line of at most 78 columns: `● 12:05  take 7 0:31  412 notes  pedal  ▃▅▂▇▆▁▄▅  C4 E4 G4`.
  public var description: String {
    var parts = ["\(isLookingBack ? "○" : "●") \(Clock.text(seconds: seconds))"]
    if let takeSeconds {
      parts.append("take\(take.map { " \($0)" } ?? "") \(Clock.text(seconds: takeSeconds))")
      parts.append(Clock.count(notes, "note"))
    } else {
      parts.append(
        isLookingBack ? "Enter keeps what you just played" : Clock.count(storedTakes, "take"))
    }
    if heldEvents > 0 { parts.append("\(heldEvents) EVENTS NOT STORED") }
    parts.append(isPedalDown ? "pedal" : "     ")
    parts.append(Self.meter(velocities))
    let names = chord.prefix(5).map(Self.name).joined(separator: " ")
    parts.append(names)
    return parts.joined(separator: "  ")
  }

  /// A bar for each stroke, 1/8 to 8/8 high.
  private static func meter(_ velocities: [UInt8]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(velocities.map { bars[min(7, Int($0) / 16)] })
  }

  /// "C4" for 60: middle C is C4.
  static func name(of pitch: UInt8) -> String {
    let names = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
    return names[Int(pitch) % 12] + "\(Int(pitch) / 12 - 1)"
  }
}
