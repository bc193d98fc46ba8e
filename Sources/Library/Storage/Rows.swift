import Foundation
import GRDB

// Decoding that rows of several tables share.

extension Row {
  /// The enum value in `column`; throws SQLITE_CORRUPT for a text that the schema does not allow.
  func word<Word: RawRepresentable>(_ column: String) throws -> Word
  where Word.RawValue == String {
    let text: String = self[column]
    guard let word = Word(rawValue: text) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "\"\(text)\" in the column \(column)")
    }
    return word
  }

  /// The value in a column; throws SQLITE_CORRUPT if its type is wrong, as in a damaged file.
  func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard let value = Value.fromDatabaseValue(self[index]) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "column \(index) is not of its kind")
    }
    return value
  }

  /// The text in a column; nil for anything else.
  func text(_ index: Int) -> String? { String.fromDatabaseValue(self[index]) }

  /// The phrase of a take in a row, in nanoseconds; nil for the whole take.
  func phrase() -> Range<Int64>? {
    guard let from: Int64 = self["fromNanoseconds"], let to: Int64 = self["toNanoseconds"],
      from < to
    else { return nil }
    return from..<to
  }
}

extension Date {
  /// Nanoseconds since 1970 in UTC, as the library stores times; rounded to milliseconds,
  /// the precision of a Date.
  var libraryNanoseconds: Int64 {
    // Dates beyond the year 2262 do not fit and are clamped.
    let milliseconds = (timeIntervalSince1970 * 1000).rounded()
    return Int64(max(-9e12, min(9e12, milliseconds))) * 1_000_000
  }

  /// The time that is `libraryNanoseconds` after 1970 in UTC.
  init(libraryNanoseconds: Int64) {
    self.init(timeIntervalSince1970: Double(libraryNanoseconds / 1_000_000) / 1000)
  }
}
