/// A chord by its root and kind, with the tones that the pianist uses.
struct Chord: Hashable, Sendable {
  enum Kind: Sendable {
    case major7, minor7, dominant7, halfDiminished7
  }

  /// Semitones above C, 0…11.
  var root: Int
  var kind: Kind

  /// Third, fifth, seventh and ninth above the root, in semitones: a rootless voicing.
  var voicing: [Int] {
    switch kind {
    case .major7: [4, 7, 11, 14]
    case .minor7: [3, 7, 10, 14]
    case .dominant7: [4, 9, 10, 14]
    case .halfDiminished7: [3, 6, 10, 12]
    }
  }

  /// Root, third, fifth and seventh, in semitones above the root: the target notes of the line.
  var tones: [Int] {
    switch kind {
    case .major7: [0, 4, 7, 11]
    case .minor7: [0, 3, 7, 10]
    case .dominant7: [0, 4, 7, 10]
    case .halfDiminished7: [0, 3, 6, 10]
    }
  }

  /// The scale of the line, in semitones above the root: Ionian, Dorian, Mixolydian with
  /// the blue third, Locrian with the natural second.
  var scale: [Int] {
    switch kind {
    case .major7: [0, 2, 4, 5, 7, 9, 11]
    case .minor7: [0, 2, 3, 5, 7, 9, 10]
    case .dominant7: [0, 2, 3, 4, 5, 7, 9, 10]
    case .halfDiminished7: [0, 2, 3, 5, 6, 8, 10]
    }
  }

  func contains(_ pitch: Int, in degrees: [Int]) -> Bool {
    degrees.contains((pitch - root + 120) % 12)
  }
}

/// The chord changes of a chorus: one chord per bar of four beats.
struct ChordChanges: Sendable {
  var bars: [Chord]

  /// The twelve-bar blues with a jazz turnaround; `key` is 0…11.
  static func blues(key: Int) -> Self {
    let degrees = [0, 5, 0, 0, 5, 5, 0, 9, 2, 7, 0, 7]
    return Self(
      bars: degrees.enumerated().map { bar, degree in
        Chord(root: (key + degree) % 12, kind: bar == 8 ? .minor7 : .dominant7)
      })
  }

  /// Eight bars around the circle of fifths, major and then its relative minor; `key` is 0…11.
  static func fifths(key: Int) -> Self {
    let degrees: [(Int, Chord.Kind)] = [
      (2, .minor7), (7, .dominant7), (0, .major7), (5, .major7),
      (11, .halfDiminished7), (4, .dominant7), (9, .minor7), (9, .minor7),
    ]
    return Self(bars: degrees.map { Chord(root: (key + $0.0) % 12, kind: $0.1) })
  }

  /// Eight bars of I–vi–ii–V; `key` is 0…11.
  static func turnaround(key: Int) -> Self {
    let degrees: [(Int, Chord.Kind)] = [
      (0, .major7), (9, .minor7), (2, .minor7), (7, .dominant7),
      (4, .minor7), (9, .dominant7), (2, .minor7), (7, .dominant7),
    ]
    return Self(bars: degrees.map { Chord(root: (key + $0.0) % 12, kind: $0.1) })
  }
}
