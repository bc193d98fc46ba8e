public import Rounds

/// What a round of tuning gave: the numbers of its record, and what there is to say besides.
@dynamicMemberLookup
public struct TuneReport: Sendable {
  /// What the round's record holds.
  public var numbers: RoundNumbers
  /// The weights' file.
  public var weights: String
  /// What the musician should know besides.
  public var remarks: [String]

  /// One of the numbers.
  public subscript<Value>(dynamicMember path: KeyPath<RoundNumbers, Value>) -> Value {
    numbers[keyPath: path]
  }
}

/// One object: the numbers, and the rest beside them.
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

  /// Writes the numbers and, in the same object, the rest.
  public func encode(to encoder: any Encoder) throws {
    try numbers.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(weights, forKey: .weights)
    try values.encode(remarks, forKey: .remarks)
  }
}
