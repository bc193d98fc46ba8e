import Foundation
package import Work

/// What is asked of a take while it is played.
///
/// Performance RNN had two of them, notes per second and a histogram of pitch classes (Simon and Oore,
/// "Performance RNN: generating music with expressive timing and dynamics", 2017).
public struct Controls: Hashable, Codable, Sendable {
  /// Onsets a second, a chord's notes counted each.
  public var density: ControlLine?
  /// The mean key, as a MIDI number: 60 is middle C.
  public var register: ControlLine?
  /// The mean velocity, 1…127.
  public var loudness: ControlLine?
  /// How long a note sounds over the time to the next onset that is not of the same chord: 0.5 is staccato,
  /// 1 legato.
  public var touch: ControlLine?
  /// The shares of the pitch classes.
  public var pitchClasses: PitchClassLine?

  /// Nothing asked.
  public init() {}

  /// Whether nothing is asked.
  public var isEmpty: Bool { self == Controls() }

  /// These, and those of another where these leave one open.
  package func filled(from other: Controls) -> Controls {
    var filled = self
    filled.density = density ?? other.density
    filled.register = register ?? other.register
    filled.loudness = loudness ?? other.loudness
    filled.touch = touch ?? other.touch
    filled.pitchClasses = pitchClasses ?? other.pitchClasses
    return filled
  }

  /// The bounds of each.
  package static let densities = 0.2...40.0
  package static let registers = 21.0...108.0
  package static let loudnesses = 1.0...127.0
  package static let touches = 0.05...8.0
}

/// The pitch classes that are asked for over a take.
public struct PitchClassLine: Hashable, Codable, Sendable {
  /// From a moment on.
  public struct Point: Hashable, Codable, Sendable {
    /// Seconds from the beginning of the take.
    public var seconds: Double
    /// The share of each pitch class from C on, `[12]`; their sum is 1. One of 0 is never struck.
    public var shares: [Double]
  }

  /// In order of time, at least one; the first counts from the beginning.
  public private(set) var points: [Point]

  /// The line of these points.
  package init(_ points: [Point]) {
    precondition(!points.isEmpty, "a line needs a point")
    self.points = points
  }

  /// The line from a moment on, in seconds, for a take that begins there.
  package func from(_ seconds: Double) -> PitchClassLine {
    let later = points.filter { $0.seconds > seconds }.map { point in
      Point(seconds: point.seconds - seconds, shares: point.shares)
    }
    return PitchClassLine([Point(seconds: 0, shares: shares(at: seconds))] + later)
  }

  /// The shares at a moment, `[12]`.
  public func shares(at seconds: Double) -> [Double] {
    (points.last { $0.seconds <= seconds } ?? points[0]).shares
  }

  /// The line that a text describes: pitch classes that share equally, "C D E G A", or twelve weights from C
  /// on; with moments, "C E G@0 D F A@10", those hold from there on.
  ///
  /// - Throws: `WrongValue`.
  package init(_ text: String) throws {
    let setting = Setting.pitchClasses
    points = []
    for (words, seconds) in try Moments.parts(of: text, for: setting) {
      var weights = Array(repeating: 0.0, count: 12)
      let numbers = words.compactMap { Double($0) }
      if numbers.count == words.count {
        guard numbers.count == 12 else {
          throw WrongValue(
            setting, text, mustBe: "names of notes as in \"C D E G A\", or twelve weights from C on"
          )
        }
        for number in numbers { try setting.require(number, in: 0...1_000_000) }
        weights = numbers
      } else {
        for word in words {
          guard let name = PitchName(word), name.octave == nil else {
            throw WrongValue(
              setting, text,
              mustBe: "names of notes as in \"C D E G A\", or twelve weights from C on")
          }
          weights[name.pitchClass] = 1
        }
      }
      let sum = weights.reduce(0, +)
      guard sum > 0 else {
        throw WrongValue(setting, text, mustBe: "weights of which one is above 0")
      }
      points.append(Point(seconds: seconds, shares: weights.map { $0 / sum }))
    }
  }
}

/// The name of a note: a letter, accidentals, and with an octave a key. C4 is middle C.
package struct PitchName {
  /// 0…11, from C on.
  package let pitchClass: Int
  /// The octave, 4 for that of middle C.
  package let octave: Int?
  /// The letter's own place and its accidentals, for keys: B♯4 lies above B4.
  private let steps: Int

  /// The note of a name: "C", "F#", "Bb3", "e♭5".
  package init?(_ text: some StringProtocol) {
    let letters: [Character: Int] = ["c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11]
    guard let first = text.first, let letter = letters[Character(first.lowercased())] else {
      return nil
    }
    var rest = text.dropFirst()
    var steps = letter
    while let sign = rest.first, "#♯b♭".contains(sign) {
      steps += "#♯".contains(sign) ? 1 : -1
      rest = rest.dropFirst()
    }
    if rest.isEmpty {
      octave = nil
    } else {
      guard let number = Int(rest), (-1...9).contains(number) else { return nil }
      octave = number
    }
    self.steps = steps
    pitchClass = (steps % 12 + 12) % 12
  }

  /// The name of a key, 0…127: "C4" is 60.
  package static func text(ofKey key: Int) -> String {
    let names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    return "\(names[key % 12])\(key / 12 - 1)"
  }

  /// The key, 0…127; `nil` without an octave and beyond.
  package var key: Int? {
    guard let octave else { return nil }
    let key = 12 * (octave + 1) + steps
    return (0...127).contains(key) ? key : nil
  }
}

extension ControlLine {
  /// Onsets a second. - Throws: `WrongValue`.
  package static func density(_ text: String) throws -> ControlLine {
    try ControlLine(text, of: .density, in: Controls.densities)
  }

  /// Keys, by number or by name: "60", "C4@0 C6@20". - Throws: `WrongValue`.
  package static func register(_ text: String) throws -> ControlLine {
    try ControlLine(text, of: .register, in: Controls.registers) { word in
      Double(word) ?? PitchName(word)?.key.map(Double.init)
    }
  }

  /// Velocities. - Throws: `WrongValue`.
  package static func loudness(_ text: String) throws -> ControlLine {
    try ControlLine(text, of: .loudness, in: Controls.loudnesses)
  }

  /// Sounding length over time to the next onset. - Throws: `WrongValue`.
  package static func touch(_ text: String) throws -> ControlLine {
    try ControlLine(text, of: .touch, in: Controls.touches)
  }
}

extension Setting {
  package static let density = Setting("density")
  package static let register = Setting("register")
  package static let loudness = Setting("loudness")
  package static let touch = Setting("touch")
  package static let pitchClasses = Setting("pitchClasses")
}
