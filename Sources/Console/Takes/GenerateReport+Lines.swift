import Player
import Work
package import Workbench

extension GenerateReport: ConsoleResult {
  /// Each take, and how they were made.
  package var lines: [String] {
    let from = after.map { ", after \($0)" } ?? ""
    return takes.map {
      "take \($0.number): \(Readable.text(seconds: $0.seconds)), \(Readable.count($0.notes, "note"))"
        + asked(of: $0)
    } + [
      "\(Readable.count(takes.count, "take")) by \(model)\(from), seed \(seed) "
        + "(\(Int(nearestTo: Double(events) / max(0.001, wallSeconds))) events/s)"
    ]
  }

  /// What a take has of each control that was asked for.
  private func asked(of take: Take) -> String {
    var parts: [String] = []
    func number(_ value: Double, _ digits: Double) -> String {
      "\((value * digits).rounded() / digits)"
    }
    if let gauge = take.gauge {
      let sign = gauge.spreads < 0 ? "−" : "+"
      parts.append(
        "gauge \(Readable.number(gauge.value)) (\(sign)\(number(abs(gauge.spreads), 10)) spreads)")
    }
    guard let got = take.got else {
      return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
    }
    if controls.density != nil { parts.append("\(number(got.density, 10)) notes/s") }
    if controls.register != nil, let key = got.register {
      parts.append("around \(PitchName.text(ofKey: Int(nearestTo: key)))")
    }
    if controls.loudness != nil, let velocity = got.loudness {
      parts.append("velocity \(Int(nearestTo: velocity))")
    }
    if controls.touch != nil, let touch = got.touch { parts.append("touch \(number(touch, 100))") }
    if let effective = take.effectiveStreams, effective < 2 {
      parts.append("hard to reach: \(number(effective, 10)) of 8 tries counted")
    }
    return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
  }
}
