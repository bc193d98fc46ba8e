import Library
import Network
import Player

/// A second training without some of the takes, which chooses how far a round should go
/// when nothing is held out.
///
/// With little playing a round trains a fixed number of passes, which is too many for one musician and too
/// few for another. So a second training leaves out some of the playing, which then evaluates how far along
/// the way from the start to its trained weights is best; the round goes as far.
package struct Rehearsal {
  /// The fraction of the events that is left out.
  private static let share = 0.2...0.5
  /// The most seconds of playing; a rehearsal of more would take too long.
  private static let longest = 3600.0

  /// The indices in the plan's takes of those left out.
  package let leftOut: [Int]
  /// The events of the others, without augmentation.
  package let events: Int

  /// Leaves out the latest of the musician's takes; `nil` when takes are held out, or there is too little or
  /// too much playing.
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

  /// The takes that are not left out.
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
