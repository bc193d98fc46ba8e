import Library

/// The playing in parts, each of which a training goes without, so that what it learned can be judged by music
/// that it has not read: cross-validation by groups of takes.
///
/// Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 2009, 7.10.
package struct Folds: Sendable {
  /// The fold of each take of the plan; `nil` for what every training has, as takes of models are.
  package let folds: [Int?]
  /// How many folds there are.
  package let count: Int

  /// The folds of a plan's takes; `nil` when the musician's playing is one group, or less.
  ///
  /// Whole groups, the longest first, each into the fold that has least of them.
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

  /// The places of the takes that a fold's training goes without.
  func judging(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The places of the takes that it reads.
  func training(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] != fold } }
}
