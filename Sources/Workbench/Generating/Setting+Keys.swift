import Player
import Work

extension Setting {
  /// Keys that are struck together: "C4 E4 G4", where C4 is middle C, or their numbers.
  ///
  /// - Throws: `WrongValue`, also when there is none.
  func keys(_ text: String) throws -> Set<UInt8> {
    let keys = try text.split(whereSeparator: { $0.isWhitespace || $0 == "," }).map { word in
      guard let key = PitchName(word)?.key ?? Int(word).flatMap({ 0...127 ~= $0 ? $0 : nil }) else {
        throw WrongValue(
          self, text, mustBe: "keys as in \"C4 E4 G4\", of which C4 is middle C")
      }
      return UInt8(key)
    }
    guard !keys.isEmpty else {
      throw WrongValue(self, text, mustBe: "at least one key, such as C4")
    }
    return Set(keys)
  }
}
