import Library
import MIDI
import Network
import Performance
import Player
import Rounds
import Work

extension Project {
  /// The takes to audition, in their order.
  ///
  /// The model in use reads each take once, for both its surprise and the features of predicted taste.
  func programme(for request: AuditionRequest, progress: @escaping ProgressHandler) throws
    -> Audition.Programme
  {
    guard request.takes.isEmpty else {
      return Audition.Programme(
        entries: try request.takes.map {
          Audition.Entry(take: try summary(of: $0).number, reason: .asked)
        })
    }
    let takes = try takes(.unjudged, for: request).map(\.number)
    let judged = [.mixed, .taste].contains(request.order) ? try judged(for: request) : []
    let isRead = [.mixed, .surprising].contains(request.order) || !judged.isEmpty
    guard isRead, !takes.isEmpty else { return programme(of: takes, for: request) }
    let all = takes + judged.map(\.take)
    let notes = try all.map { try library.soundingNotes(of: $0) }
    let impressions = try impressions(
      of: notes.map { PreparedNotes($0).tokens() }, progress: progress)
    let surprise = zip(takes, impressions).filter { $1.events > 0 }
      .map { ($0, $1.nats / Double($1.events)) }
    var taste: (report: TasteReport, scores: [Int64: Double])?
    if !judged.isEmpty {
      let features = zip(notes, impressions).map {
        PredictedTaste.Features(notes: $0, outputs: $1.outputs)
      }
      taste = PredictedTaste(
        judged: zip(features.dropFirst(takes.count), judged).map { ($0, $1.isKept) }
      ).map { taste in
        let scores = zip(takes, features).map { ($0, taste.score(of: $1)) }
        return (taste.report, Dictionary(uniqueKeysWithValues: scores))
      }
    }
    return programme(
      of: takes, surprise: Dictionary(uniqueKeysWithValues: surprise), taste: taste, for: request)
  }

  private func programme(
    of takes: [Int64], surprise: [Int64: Double] = [:],
    taste: (report: TasteReport, scores: [Int64: Double])? = nil, for request: AuditionRequest
  ) -> Audition.Programme {
    let arranged = request.order.arrange(
      takes, surprise: surprise, taste: taste?.report.isBetter == true ? taste?.scores : nil,
      seed: request.seed ?? .random(in: 0..<1_000_000))
    return Audition.Programme(
      entries: arranged.prefix(request.count).map { take, reason in
        Audition.Entry(take: take, reason: reason, surprise: surprise[take])
      }, taste: taste?.report)
  }

  /// The takes of the origin that is auditioned, with this verdict, newest first.
  private func takes(_ verdict: TakeQuery.Verdict, for request: AuditionRequest) throws
    -> [TakeSummary]
  {
    try library.takes(matching: TakeQuery(origin: request.origin?.stored, verdict: verdict))
      .filter { $0.noteCount > 0 && (request.origin != nil || $0.origin != .played) }
  }

  /// The takes that taste is learned from: the newest judged ones of the origin that is auditioned, in the
  /// order of their numbers; none while there are too few. From several origins it would learn to tell the
  /// origins apart.
  private func judged(for request: AuditionRequest) throws -> [(take: Int64, isKept: Bool)] {
    let kept = try takes(.judged(.keep), for: request).map { (take: $0.number, isKept: true) }
    let discarded = try takes(.judged(.discard), for: request)
      .map { (take: $0.number, isKept: false) }
    let newest = (kept + discarded).sorted { $0.take < $1.take }
      .suffix(PredictedTaste.mostVerdicts)
    return PredictedTaste.canLearn(from: newest.map(\.isKept)) ? Array(newest) : []
  }
}
