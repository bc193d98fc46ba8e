public import Rounds

/// The result of training a round: the numbers of its record, and remarks.
@dynamicMemberLookup
public struct TuneReport: Sendable {
  /// The numbers in the round's record.
  public var numbers: RoundNumbers
  /// The path of the weights.
  public var weights: String
  /// What else the musician should know.
  public var remarks: [String]

  /// Looks up one of the numbers.
  public subscript<Value>(dynamicMember path: KeyPath<RoundNumbers, Value>) -> Value {
    numbers[keyPath: path]
  }
}

/// Coded as one object that holds the numbers and the other properties side by side.
extension TuneReport: Codable {
  private enum CodingKeys: CodingKey {
    case weights, remarks
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    numbers = try RoundNumbers(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    weights = try values.decode(String.self, forKey: .weights)
    remarks = try values.decode([String].self, forKey: .remarks)
  }

  /// Writes the numbers and, in the same object, the other properties.
  public func encode(to encoder: any Encoder) throws {
    try numbers.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(weights, forKey: .weights)
    try values.encode(remarks, forKey: .remarks)
  }
}
