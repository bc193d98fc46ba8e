import Duet
import Foundation
import Player
package import Workbench

extension Recipe {
  /// The command that makes the take again, with all others of its call; options at their defaults are left
  /// out.
  package var command: String {
    let words: [String]
    switch request {
    case .modelTakes(let request): words = request.words
    case .scoreReadings(let request): words = request.words
    case .aroundTake(let request): words = request.words
    case .duetAnswer(let request): words = request.words
    }
    return (["woodshed"] + words.map(Self.quoted)).joined(separator: " ")
  }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.isASCII
        && (CharacterSet.alphanumerics.contains($0) || "-_./:@%+,=".unicodeScalars.contains($0))
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

/// Options with their values, in the order in which they are added.
struct OptionWords {
  var words: [String]

  /// Adds an option unless it has its default.
  mutating func add<Value: Equatable>(_ option: String, _ value: Value, unless usual: Value) {
    if value != usual { words += [option, Self.text(value)] }
  }

  /// Adds an option if there is a value.
  mutating func add(_ option: String, _ value: (some Any)?) {
    if let value { words += [option, Self.text(value)] }
  }

  /// A number as a person writes it, exactly.
  private static func text(_ value: some Any) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Adds what all takes of a model have.
  mutating func add(_ takes: TakeSettings, model: ModelName, dial: Double?, seed: UInt64?) {
    let usual = TakeSettings()
    add("--count", takes.count, unless: usual.count)
    add("--temperature", takes.temperature, unless: usual.temperature)
    add("--top-p", takes.topP, unless: usual.topP)
    add("--precision", takes.precision?.rawValue)
    add("--model", model.typed)
    add("--dial", dial)
    add("--seed", seed)
  }

  /// Adds what is asked of the takes.
  mutating func add(_ controls: Controls, like: String?) {
    func text(_ line: ControlLine) -> String {
      line.points.count == 1
        ? Self.text(line.points[0].value)
        : line.points.map { "\(Self.text($0.value))@\(Self.text($0.seconds))" }.joined(
          separator: " ")
    }
    func text(_ line: PitchClassLine) -> String {
      line.points.map { point in
        let shares = point.shares.map(Self.text).joined(separator: " ")
        return line.points.count == 1 ? shares : "\(shares)@\(Self.text(point.seconds))"
      }.joined(separator: " ")
    }
    add("--density", controls.density.map(text))
    add("--register", controls.register.map(text))
    add("--loudness", controls.loudness.map(text))
    add("--touch", controls.touch.map(text))
    add("--pitches", controls.pitchClasses.map(text))
    add("--like", like)
  }
}

extension GenerateRequest {
  fileprivate var words: [String] {
    var words = OptionWords(words: ["generate"])
    words.add("--seconds", takes.seconds, unless: TakeSettings().seconds)
    words.add("--after", after)
    words.add("--at", at)
    words.add("--from-notes", fromNotes)
    words.add(controls, like: like)
    if let toward {
      words.add("--toward", toward.gauge)
      words.add("--strength", toward.strength, unless: Toward(toward.gauge).strength)
    }
    words.add(takes, model: model, dial: dial, seed: seed)
    return words.words
  }
}

extension DuetRequest {
  fileprivate var words: [String] {
    let usual = DuetSettings()
    var words = OptionWords(words: ["duet"])
    words.add("--patience", settings.patience, unless: usual.patience)
    words.add("--length", settings.seconds)
    words.add("--trade", settings.tradeSeconds)
    if settings.together { words.words.append("--together") }
    words.add("--temperature", settings.temperature, unless: usual.temperature)
    words.add("--top-p", settings.topP, unless: usual.topP)
    words.add(settings.controls, like: like)
    words.add("--to", port)
    words.add("--precision", precision?.rawValue)
    words.add("--model", model.typed)
    words.add("--dial", dial)
    return words.words
  }
}

extension PerformRequest {
  fileprivate var words: [String] {
    let usual = PerformRequest(of: score)
    var words = OptionWords(words: ["perform", score])
    words.add("--count", count, unless: usual.count)
    words.add("--tempo", tempo, unless: usual.tempo)
    words.add("--temperature", temperature, unless: usual.temperature)
    words.add("--streams", streams, unless: usual.streams)
    words.add("--mass-exponent", massExponent, unless: usual.massExponent)
    words.add("--precision", precision?.rawValue)
    words.add("--model", model.typed)
    words.add("--dial", dial)
    words.add("--seed", seed)
    return words.words
  }
}

extension AroundRequest {
  fileprivate var words: [String] {
    var words = OptionWords(words: [])
    switch kind {
    case .accompany(let hand):
      words.words = ["accompany", take]
      words.add("--with", hand.rawValue, unless: Hand.both.rawValue)
    case .infill: words.words = ["infill", take]
    case .vary: words.words = ["vary", take]
    }
    words.add("--from", from)
    words.add("--to", to)
    words.add(controls, like: like)
    words.add(takes, model: model, dial: dial, seed: seed)
    return words.words
  }
}
