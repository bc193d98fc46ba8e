/// A setting that a user can change: by an option, in a settings file, or in a page.
///
/// Its name is that of the property in the program; only the command line knows the name of its option.
public struct Setting: Hashable, Sendable {
  /// The name in the program: "topP".
  public let name: String

  /// A setting with this name.
  public init(_ name: String) { self.name = name }
}

/// A value that is out of a setting's bounds.
public struct WrongValue: Error, Hashable, Sendable, CustomStringConvertible {
  /// The setting.
  public var setting: Setting
  /// The value as given.
  public var value: String
  /// The bounds, as a phrase that completes "it must be": "from 1 to 256".
  public var bounds: String

  /// A value that `setting` cannot have, because it must be `bounds`.
  public init(_ setting: Setting, _ value: String, mustBe bounds: String) {
    self.setting = setting
    self.value = value
    self.bounds = bounds
  }

  /// What is wrong, in one sentence with the setting's name in the program.
  public var description: String { "cannot use \(setting.name) \(value): it must be \(bounds)" }
}

extension Setting {
  /// Checks that a value of this setting is within its bounds; NaN never is. All numbers that a user gives
  /// are checked here, before any work begins.
  ///
  /// - Parameters:
  ///   - range: The bounds.
  ///   - words: The bounds in words, in place of "from 1 to 256".
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

  /// A number as a person writes it: "20" for 20.0.
  private static func text(_ value: some Comparable) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Checks that a seed can be stored in a library and in a settings file.
  ///
  /// - Throws: ``WrongValue``.
  package static func requireSeed(_ value: UInt64) throws {
    try Setting("seed").require(value, in: 0...UInt64(Int64.max))
  }
}
