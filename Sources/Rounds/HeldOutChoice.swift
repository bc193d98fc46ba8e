/// Which groups of takes are set aside for judging.
///
/// A group is a piece or, of free playing, a sitting. Pieces that were played once and longest ago are set
/// aside first: what is practised again and again is what the musician wants the model to learn. About a tenth
/// of the playing, and enough groups that an error bar over them means something; never so much that there is
/// too little left to learn from.
struct HeldOutChoice {
  /// A group of takes as the choice sees it.
  struct Candidate: Hashable {
    var group: Int
    /// Takes in it.
    var takes: Int
    /// Nanoseconds of playing.
    var duration: Int64
    /// The number of its last take: what came later was played later.
    var last: Int64
    /// Whether it may be set aside: nothing was trained on it.
    var isFree = true
  }

  static let share = 0.1
  /// Groups that an error bar is told from, where there are as many.
  static let groups = 3
  /// The share that may be set aside for the sake of so many groups, and for the first two of them.
  static let largestShares = (many: 0.15, few: 0.25)
  static let fewestGroups = 2
  /// Groups that must be left to learn from.
  static let fewestLeft = 4

  /// The groups to set aside; `nil` when there is too little playing to set any aside.
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
