public import ArgumentParser
public import Workbench

/// What narrows a list of takes, or chooses takes besides those that are named.
struct TakeFilterOptions: ParsableArguments {
  @Option(help: "Only takes of this origin: played, generated or mixed.")
  var origin: TakeFilter.Origin?

  @Flag(exclusivity: .exclusive)
  var verdict: TakeFilter.Verdict?

  @Option(parsing: .unconditional, help: "Only takes that you rated so or better, 1 to 5.")
  var rating: Int?

  @Option(
    parsing: .unconditional, help: "Only takes that this round's model played.",
    completion: .rounds)
  var round: Int?

  @Option(
    help: "Only takes since a day, 2026-11-01 or yesterday, or of the last days or weeks: 7d, 2w.")
  var since: Since?

  var filter: TakeFilter {
    var filter = TakeFilter(origin: origin)
    filter.verdict = verdict
    filter.leastRating = rating
    filter.round = round
    filter.since = since
    return filter
  }

  var isGiven: Bool {
    origin != nil || verdict != nil || rating != nil || round != nil || since != nil
  }
}

extension TakeFilter.Verdict: EnumerableFlag {
  /// What the flag of each takes in.
  public static func help(for value: Self) -> ArgumentHelp? {
    switch value {
    case .kept: "Only takes that you kept, or a phrase of."
    case .discarded: "Only takes that you discarded."
    case .unjudged: "Only takes that you neither kept nor discarded."
    }
  }
}
