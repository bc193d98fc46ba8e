import Foundation

/// How a take is named: by its number, or as the last one.
public enum TakeName: Hashable, Sendable {
  case number(Int64)
  case last

  /// Reads "12" or "last"; `nil` when it is neither.
  public init?(_ text: String) {
    if text == "last" {
      self = .last
    } else if let number = Int64(text), number > 0 {
      self = .number(number)
    } else {
      return nil
    }
  }
}

/// Takes that a person names together: "12", "last", or "3-7" for all from the first to the last.
public struct TakeNames: Hashable, Sendable {
  /// Each of them, in the order in which they are named.
  public let names: [TakeName]

  /// Reads a name or a range that does not run backwards; `nil` when it is neither.
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

  /// More takes than anybody names at once.
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

  /// Reads seconds, minutes and seconds, or hours, minutes and seconds, parted by colons; `nil` when
  /// it is none of these.
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

/// How a model is named.
public enum ModelName: Hashable, Sendable {
  /// The base that the project was made with.
  case base
  /// The round in use; the base while there is none.
  case current
  /// A round by its number.
  case round(Int)
  /// A safetensors file.
  case file(String)

  /// Reads "base", "current", "3", or the path of a .safetensors file; `nil` when it is none.
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

/// Who is compared or drawn: the musician, or a model.
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

  /// Reads "me", "base", "current", a round's number or the path of a .safetensors file; `nil` for none of
  /// them.
  public init?(_ text: String) {
    if text == "me" {
      self = .me
    } else {
      guard let model = ModelName(text) else { return nil }
      self = .model(model)
    }
  }
}
