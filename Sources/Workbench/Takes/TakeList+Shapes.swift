import Library

extension TakeList {
  /// How many parts of a take its shape has; each can be joined with others.
  package static let parts = 48

  /// Notes a second in `width` parts of a take, no more than its shape has; none for a take whose shape was
  /// not asked for.
  package func densities(of take: TakeLine, width: Int) -> [Double] {
    shapes[take.number]?.densities(width: width, seconds: take.seconds) ?? []
  }

  /// The mean velocity in `width` parts of a take; none for a take whose shape was not asked for.
  package func velocities(of take: TakeLine, width: Int) -> [UInt8] {
    shapes[take.number]?.velocities(width: width) ?? []
  }
}

extension TakeShape {
  /// Notes a second in `width` parts of a take, no more than the shape has.
  fileprivate func densities(width: Int, seconds: Double) -> [Double] {
    joined(width: width) { part in
      Double(counts[part].reduce(0, +)) / max(0.001, seconds * Double(part.count))
        * Double(counts.count)
    }
  }

  /// The mean velocity in `width` parts of a take.
  fileprivate func velocities(width: Int) -> [UInt8] {
    joined(width: width) { part in
      let notes = counts[part].reduce(0, +)
      guard notes > 0 else { return 0 }
      let sum = part.reduce(0.0) { $0 + velocities[$1] * Double(counts[$1]) }
      return UInt8(max(0, min(127, (sum / Double(notes)).rounded())))
    }
  }

  private func joined<Value>(width: Int, _ value: (Range<Int>) -> Value) -> [Value] {
    let width = max(1, min(width, counts.count))
    return (0..<width).map { index in
      value((counts.count * index / width)..<(counts.count * (index + 1) / width))
    }
  }
}
