/// Chooses the groups of takes to hold out for evaluation.
///
/// A group is a piece or, in free playing, a sitting. Pieces that were played least often and longest ago are
/// held out first: what is practised again and again is what the musician wants the model to learn. The
/// choice is about a tenth of the playing, with enough groups for a meaningful standard error, and leaves
/// enough to learn from.
struct HeldOutChoice {
  /// A group of takes that might be held out.
  struct Candidate: Hashable {
    var group: Int
    /// How many takes it has.
    var takes: Int
    /// Nanoseconds of playing.
    var duration: Int64
    /// The number of its last take, which orders groups by time.
    var last: Int64
    /// Whether it may be held out: no round was trained on it.
    var isFree = true
  }

  /// The fraction of the playing to hold out.
  static let share = 0.1
  /// The number of groups to hold out, if there are enough, for a standard error over them.
  static let groups = 3
  /// The largest fraction of the playing that may be held out to reach that number: `few` for the first
  /// ``fewestGroups``, `many` beyond.
  static let largestShares = (many: 0.15, few: 0.25)
  static let fewestGroups = 2
  /// The fewest groups that must be left to learn from.
  static let fewestLeft = 4

  /// The groups to hold out; `nil` when there is too little playing.
  ///
  /// The same candidates give the same choice.
  static func choose(among candidates: [Candidate]) -> Set<Int>? {
    let total = Double(candidates.reduce(0) { $0 + $1.duration })
    var chosen: Set<Int> = []
    var duration = 0.0
    let ordered = candidates.filter { $0.isFree && $0.duration > 0 }.sorted {
      ($0.takes, $0.last, $0.group) < ($1.takes, $1.last, $1.group)
    }
    for candidate in ordered {
      guard duration < total * share || chosen.count < groups else { break }
      guard candidates.count - chosen.count > fewestLeft else { break }
      let grown = duration + Double(candidate.duration)
      let largest = chosen.count < fewestGroups ? largestShares.few : largestShares.many
      guard grown <= total * largest else { continue }
      chosen.insert(candidate.group)
      duration = grown
    }
    return chosen.count >= fewestGroups && duration >= total * share / 2 ? chosen : nil
  }
}
