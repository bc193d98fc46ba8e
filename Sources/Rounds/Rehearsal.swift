import Library
import Network
import Player

/// Which takes a round is tried without, to learn how far it should go, when none is set aside for
/// judging.
///
/// A round of little playing trains a fixed number of passes, which for one musician is too much and for
/// another too little. So it is trained once more without some of the playing, and how far that one should
/// have gone, judged by what it has not read, is how far the round goes.
package struct Rehearsal {
  /// The shares of the events that are left out, at least and at most.
  private static let share = 0.2...0.5
  /// A rehearsal of more playing than so many seconds would take too long.
  private static let longest = 3600.0

  /// Places in the plan's takes.
  package let leftOut: [Int]
  /// Events of the others, with nothing changed.
  package let events: Int

  /// The latest of the musician's takes; `nil` when something is set aside, and when there is too little
  /// playing to go without any, or too much.
  package init?(of plan: TunePlan) {
    let all = plan.played.events
    guard plan.heldOut.isEmpty, all > 0, plan.played.seconds <= Self.longest else { return nil }
    var leftOut: [Int] = []
    var events = 0
    for (index, take) in plan.takes.enumerated().reversed() where take.origin == .played {
      guard Double(events + take.events) <= Self.share.upperBound * Double(all) else { continue }
      leftOut.append(index)
      events += take.events
      if Double(events) >= Self.share.lowerBound * Double(all) { break }
    }
    guard Double(events) >= Self.share.lowerBound * Double(all) else { return nil }
    self.leftOut = leftOut
    self.events = plan.takes.events - events
  }

  /// What is not left out.
  func corpus(of whole: TakeCorpus) -> some TrainingCorpus {
    let leftOut = Set(leftOut)
    return PartOfCorpus(whole, places: (0..<whole.count).filter { !leftOut.contains($0) })
  }
}

/// Some of the takes of a corpus.
struct PartOfCorpus: TrainingCorpus {
  private let whole: TakeCorpus
  private let places: [Int]

  init(_ whole: TakeCorpus, places: [Int]) {
    self.whole = whole
    self.places = places
  }

  var count: Int { places.count }

  func weight(at index: Int) -> Float { whole.weight(at: places[index]) }

  func sequence(at index: Int, pass: Int) -> TokenSequence {
    whole.sequence(at: places[index], pass: pass)
  }
}
