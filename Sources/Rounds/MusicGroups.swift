import Performance

/// Groups takes of the same music, so that no take of a piece evaluates a model
/// trained on another take of it.
///
/// Two takes that share enough figures, in any key and tempo, are in one group; groups are the connected
/// components of that relation. The bounds come from a rough trial, which is not kept, on 327 performances
/// (53,104 pairs of different pieces): two performances of a piece by one person shared 0.037 to 0.8 of their
/// figures, different pieces up to 0.032, and an excerpt of 25 seconds and another whole piece exceeded the
/// bound in 0.03 % of pairs.
package struct MusicGroups: Sendable {
  /// What the grouping needs to know of a take.
  package struct Take {
    /// Its figures, as returned by `NoteGrams.figures(of:)`.
    package var figures: Set<UInt64>
    /// The sitting that it was played in.
    package var sitting: Int64
    /// Its length.
    package var nanoseconds: Int64

    /// A take with these figures.
    package init(figures: Set<UInt64>, sitting: Int64, nanoseconds: Int64) {
      self.figures = figures
      self.sitting = sitting
      self.nanoseconds = nanoseconds
    }
  }

  /// The smallest fraction of the smaller take's figures that two takes of a piece have in common.
  static let share = 0.025
  /// Common figures that may be chance, whatever the takes' lengths; added to the bound.
  static let chance = 6.0
  /// The bound is at least this many times the median over all pairs of this player's takes, since a player's
  /// free playing repeats figures too.
  static let timesMedian = 8.0
  /// From this fraction on it is the same piece, however much the player repeats
  /// otherwise: the largest bound.
  static let certainShare = 0.2
  /// A group with more than this fraction of the playing is suspect: it may be free playing that repeats
  /// itself everywhere.
  static let largest = 0.5
  /// With more groups than this in all, such a large group is accepted as a piece that is practised often.
  static let fewGroups = 4

  /// The group of each take, numbered from 0 in the order of first appearance.
  package let groups: [Int]
  /// Whether groups are sittings instead, because over half of the playing is one group and there are few
  /// others: free playing that repeats itself everywhere, or a single piece.
  package let areSittings: Bool

  /// Groups takes.
  package init(of takes: [Take]) {
    let byMusic = Self.byMusic(takes)
    var sizes: [Int: (takes: Int, nanoseconds: Double)] = [:]
    for (take, group) in zip(takes, byMusic) {
      sizes[group, default: (0, 0)].takes += 1
      sizes[group, default: (0, 0)].nanoseconds += Double(take.nanoseconds)
    }
    let all = sizes.values.reduce(0) { $0 + $1.nanoseconds }
    let largest = sizes.values.max { $0.nanoseconds < $1.nanoseconds } ?? (0, 0)
    areSittings =
      largest.nanoseconds > Self.largest * all && largest.takes > 1
      && sizes.count <= Self.fewGroups && Set(takes.map(\.sitting)).count > 1
    groups = areSittings ? Self.numbered(takes.map(\.sitting)) : byMusic
  }

  private static func byMusic(_ takes: [Take]) -> [Int] {
    var places: [UInt64: [Int32]] = [:]
    var pairs: [(one: Int, other: Int, share: Double, bound: Double)] = []
    // How many pairs have each fraction of common figures, in 400ths.
    var histogram = Array(repeating: 0, count: 401)
    for (place, take) in takes.enumerated() {
      var shared = Array(repeating: 0, count: place)
      for figure in take.figures {
        for other in places[figure] ?? [] { shared[Int(other)] += 1 }
        places[figure, default: []].append(Int32(place))
      }
      for (other, count) in shared.enumerated() {
        let smaller = Double(min(take.figures.count, takes[other].figures.count))
        guard smaller > 0 else { continue }
        let share = Double(count) / smaller
        histogram[Int(share * 400)] += 1
        if share >= Self.share + chance / smaller {
          pairs.append((other, place, share, chance / smaller))
        }
      }
    }
    let median = Self.median(of: histogram)
    let bound = min(certainShare, max(Self.share, timesMedian * median))
    var union = Union(count: takes.count)
    for pair in pairs where pair.share >= bound + pair.bound { union.join(pair.one, pair.other) }
    return numbered((0..<takes.count).map { union.root(of: $0) })
  }

  private static func median(of histogram: [Int]) -> Double {
    var left = histogram.reduce(0, +) / 2
    for (place, count) in histogram.enumerated() {
      left -= count
      if left < 0 { return Double(place) / 400 }
    }
    return 0
  }

  /// Numbers the names from 0 in the order of first appearance.
  private static func numbered(_ names: [some Hashable]) -> [Int] {
    var numbers: [AnyHashable: Int] = [:]
    return names.map { name in
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }

  /// A union-find of disjoint sets.
  private struct Union {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(of place: Int) -> Int {
      var place = place
      while parents[place] != place {
        parents[place] = parents[parents[place]]
        place = parents[place]
      }
      return place
    }

    mutating func join(_ one: Int, _ other: Int) {
      let (a, b) = (root(of: one), root(of: other))
      parents[max(a, b)] = min(a, b)
    }
  }
}
