package import Capture
import Workbench

extension RecorderStatus {
  /// One line of at most 78 columns: `● 12:05  take 7 0:31  412 notes  pedal  ▃▅▂▇▆▁▄▅  C4 E4 G4`.
  package var line: String {
    var parts = ["\(isLookingBack ? "○" : "●") \(Readable.text(seconds: seconds))"]
    if let takeSeconds {
      parts.append("take\(take.map { " \($0)" } ?? "") \(Readable.text(seconds: takeSeconds))")
      parts.append(Readable.count(notes, "note"))
    } else {
      parts.append(
        isLookingBack ? "Enter keeps what you just played" : Readable.count(storedTakes, "take"))
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
