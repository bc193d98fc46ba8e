import Foundation
package import Work

/// What is asked of one measure over a take: a value, or a line of values at moments, straight in between.
public struct ControlLine: Hashable, Codable, Sendable {
  /// A value at a moment.
  public struct Point: Hashable, Codable, Sendable {
    /// Seconds from the beginning of the take.
    public var seconds: Double
    /// The value, in the measure's unit.
    public var value: Double

    /// A value at a moment.
    public init(seconds: Double, value: Double) {
      self.seconds = seconds
      self.value = value
    }
  }

  /// The points in order of time, at least one; before the first and after the last the line is level.
  public private(set) var points: [Point]

  /// A line through these points; there must be one, and their times must ascend.
  package init(through points: [Point]) {
    precondition(!points.isEmpty, "a line needs a point")
    self.points = points
  }

  /// The same value throughout.
  public init(_ value: Double) { points = [Point(seconds: 0, value: value)] }

  /// The value at a moment, in seconds from the beginning of the take.
  public func value(at seconds: Double) -> Double {
    guard let next = points.firstIndex(where: { $0.seconds > seconds }) else {
      return points[points.count - 1].value
    }
    guard next > 0 else { return points[0].value }
    let (from, to) = (points[next - 1], points[next])
    let share = (seconds - from.seconds) / (to.seconds - from.seconds)
    return from.value + share * (to.value - from.value)
  }

  /// The line that a text describes: "6", or "2@0 10@20 3@30", a value and the moment in seconds at which it
  /// is reached, separated by spaces or commas.
  ///
  /// - Parameters:
  ///   - setting: What the line is of, for messages.
  ///   - bounds: The bounds of the values.
  ///   - value: Reads a value; by default a number.
  /// - Throws: `WrongValue`.
  package init(
    _ text: String, of setting: Setting, in bounds: ClosedRange<Double>,
    reading value: (Substring) -> Double? = { Double($0) }
  ) throws {
    points = []
    for (part, seconds) in try Moments.parts(of: text, for: setting) {
      guard part.count == 1, let number = value(part[0]) else {
        throw WrongValue(
          setting, text, mustBe: "a number, or numbers with their moments as in \"2@0 10@20 3@30\"")
      }
      try setting.require(number, in: bounds)
      points.append(Point(seconds: seconds, value: number))
    }
  }
}

/// Texts of values at moments.
enum Moments {
  /// The words of a text, cut after each that ends in "@seconds".
  ///
  /// - Returns: The words without their moments, with the moment; a single part may go without one, which
  ///   is 0.
  /// - Throws: `WrongValue`.
  static func parts(
    of text: String, for setting: Setting
  ) throws -> [(words: [Substring], seconds: Double)] {
    func wrong(_ bounds: String) -> WrongValue { WrongValue(setting, text, mustBe: bounds) }
    var parts: [(words: [Substring], seconds: Double)] = []
    var words: [Substring] = []
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
      guard let at = word.firstIndex(of: "@") else {
        words.append(word)
        continue
      }
      words.append(word[..<at])
      guard let seconds = Double(word[word.index(after: at)...]), (0...86_400).contains(seconds)
      else { throw wrong("values with moments in seconds, as in \"2@0 10@20\"") }
      if let last = parts.last?.seconds, seconds <= last {
        throw wrong(
          "a line that runs forward: \(Self.text(seconds)) s does not come after \(Self.text(last)) s"
        )
      }
      parts.append((words, seconds))
      words = []
    }
    if parts.isEmpty, !words.isEmpty { return [(words, 0)] }
    guard words.isEmpty, !parts.isEmpty else {
      throw wrong(parts.isEmpty ? "no empty text" : "values that all have their moments")
    }
    return parts
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}
