/// Something that a person can set: by an option, in a settings file, or in a page.
///
/// Its name is the one that the program's own values have. What it is called on a command line, only the
/// command line knows.
public struct Setting: Hashable, Sendable {
  /// The name in the program: "topP".
  public let name: String

  /// A setting of that name.
  public init(_ name: String) { self.name = name }
}

/// A value that a setting cannot have.
public struct WrongValue: Error, Hashable, Sendable, CustomStringConvertible {
  /// The setting that it was given for.
  public var setting: Setting
  /// The value as it was given.
  public var value: String
  /// What it must be, as the end of a sentence: "from 1 to 256".
  public var bounds: String

  /// A value that `setting` cannot have, because it must be `bounds`.
  public init(_ setting: Setting, _ value: String, mustBe bounds: String) {
    self.setting = setting
    self.value = value
    self.bounds = bounds
  }

  /// What is wrong, in one sentence that calls the setting by its own name.
  public var description: String { "cannot use \(setting.name) \(value): it must be \(bounds)" }
}

extension Setting {
  /// Sees to it that a value of this setting is within its bounds: the one place where numbers that a
  /// person gives are checked, before any work begins. What is no number is in no bounds.
  ///
  /// - Parameters:
  ///   - range: The bounds.
  ///   - words: The bounds in words, where "from 1 to 256" would not say it.
  /// - Throws: ``WrongValue``.
  package func require<Value: Comparable>(
    _ value: Value, in range: ClosedRange<Value>, saying words: String? = nil
  ) throws {
    guard range.contains(value) else {
      let bounds =
        "from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
      throw WrongValue(self, Self.text(value), mustBe: words ?? bounds)
    }
  }

  /// "20" for a whole number of any kind, as a person writes it.
  private static func text(_ value: some Comparable) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Sees to it that a seed can be kept in a library and in a settings file.
  ///
  /// - Throws: ``WrongValue``.
  package static func requireSeed(_ value: UInt64) throws {
    try Setting("seed").require(value, in: 0...UInt64(Int64.max))
  }
}
