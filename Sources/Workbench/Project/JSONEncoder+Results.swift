package import Foundation

extension JSONEncoder {
  /// How every result is written as JSON, whoever shows it: keys in order, times as ISO 8601.
  package static func ofResults(isPretty: Bool = false) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }
}
