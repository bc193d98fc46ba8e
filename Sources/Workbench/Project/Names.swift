import Foundation

/// The name of a take: its number, or "last".
public enum TakeName: Hashable, Sendable {
  case number(Int64)
  case last

  /// Reads "12" or "last"; `nil` for anything else.
  public init?(_ text: String) {
    if text == "last" {
      self = .last
    } else if let number = Int64(text), number > 0 {
      self = .number(number)
    } else {
      return nil
    }
  }

  /// "12" or "last".
  public var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .last: "last"
    }
  }
}

/// One take or a range of takes, as a person names them: "12", "last", or "3-7" for all from 3 to 7.
public struct TakeNames: Hashable, Sendable {
  /// The takes, in ascending order.
  public let names: [TakeName]

  /// Reads a name or an ascending range; `nil` for anything else, and for more than 100,000 takes.
  public init?(_ text: String) {
    if let name = TakeName(text) {
      names = [name]
      return
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last,
      last - first < Self.most
    else { return nil }
    names = (first...last).map(TakeName.number)
  }

  /// The maximum number of takes in a range, more than anybody needs.
  private static let most: Int64 = 100_000
}

extension [TakeNames] {
  /// All of them, one after the other.
  public var names: [TakeName] { flatMap(\.names) }
}

/// A moment of a take as a person names it: "14", "0:14.5" or "1:02:03".
public struct TakeTime: Hashable, Sendable {
  /// Seconds since the take began, 0 or more.
  public var seconds: Double

  /// Reads seconds, minutes and seconds, or hours, minutes and seconds, separated by colons; `nil` for
  /// anything else, and above 1,000,000 seconds.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let digits = parts.dropLast().joined()
    guard 1...3 ~= parts.count, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let last = parts.last, last.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
    else { return nil }
    var seconds = 0.0
    for (place, part) in parts.enumerated() {
      guard let value = Double(part), place == 0 || value < 60 else { return nil }
      seconds = seconds * 60 + value
    }
    guard seconds <= 1e6 else { return nil }
    self.seconds = seconds
  }
}

/// The name of a model.
public enum ModelName: Hashable, Sendable {
  /// The base that the project was made with.
  case base
  /// The round in use, or the base if there is none.
  case current
  /// A round by its number.
  case round(Int)
  /// A safetensors file.
  case file(String)

  /// Reads "base", "current", "3", or the path of a .safetensors file; `nil` for anything else.
  public init?(_ text: String) {
    switch text {
    case "base": self = .base
    case "current": self = .current
    case _ where text.hasSuffix(".safetensors"): self = .file(text)
    default:
      guard let number = Int(text), number > 0 else { return nil }
      self = .round(number)
    }
  }

  /// "base", "current", "round 3", or the file's name.
  public var text: String {
    switch self {
    case .base: "base"
    case .current: "current"
    case .round(let number): "round \(number)"
    case .file(let path): URL(filePath: path).lastPathComponent
    }
  }
}

extension ModelName: Codable {
  /// Reads "base", "current", "3", or a path.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    self = ModelName(text) ?? .file(text)
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(typed)
  }

  /// The name as it is typed: "base", "current", "3", or a path.
  package var typed: String {
    switch self {
    case .base, .current: text
    case .round(let number): "\(number)"
    case .file(let path): path
    }
  }
}

/// The name of a player that is compared or drawn: the musician, or a model.
public enum PlayerName: Hashable, Sendable {
  /// The musician's own playing.
  case me
  /// The base, a round or a file.
  case model(ModelName)

  /// "me", "base", "current", "round 3" or the file's name.
  public var text: String {
    switch self {
    case .me: "me"
    case .model(let model): model.text
    }
  }

  /// Reads "me", "base", "current", a round's number or the path of a .safetensors file; `nil` for anything
  /// else.
  public init?(_ text: String) {
    if text == "me" {
      self = .me
    } else {
      guard let model = ModelName(text) else { return nil }
      self = .model(model)
    }
  }
}
