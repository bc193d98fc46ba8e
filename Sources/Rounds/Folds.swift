import Library

/// Cross-validation by groups of takes: the musician's playing in folds, each of which is left out of one
/// training and then evaluates it.
///
/// Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 2009, 7.10.
package struct Folds: Sendable {
  /// The fold of each take of the plan; `nil` for takes that every training reads, such as those of models.
  package let folds: [Int?]
  /// How many folds there are.
  package let count: Int

  /// Divides a plan's takes into folds; `nil` when the musician's playing has fewer than two groups, or fewer
  /// than two folds are asked for.
  ///
  /// Whole groups are assigned, those with the most events first, each to the fold with the fewest events.
  package init?(of plan: TunePlan) {
    var sizes: [Int: Int] = [:]
    for take in plan.played { sizes[take.group ?? -1, default: 0] += take.events }
    let count = min(plan.settings.folds, sizes.count)
    guard count >= 2 else { return nil }
    var filled = Array(repeating: 0, count: count)
    var places: [Int: Int] = [:]
    for (group, events) in sizes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let place = filled.indices.min { (filled[$0], $0) < (filled[$1], $1) } ?? 0
      filled[place] += events
      places[group] = place
    }
    folds = plan.takes.map { $0.origin == .played ? places[$0.group ?? -1] : nil }
    self.count = count
  }

  /// The indices of the takes that are left out of a fold's training and evaluate it.
  func judging(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The indices of the takes that a fold's training reads.
  func training(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] != fold } }
}
