import Foundation
import Library
import MIDI
import Network
import Performance
import Player
import Rounds
public import Work

extension Project {
  /// Compares two models, or a model with the musician, by how well they predict held-out takes and by what
  /// they play.
  ///
  /// The same call gives the same numbers: the models play from the request's seed.
  ///
  /// - Throws: `WrongValue`, ``WorkbenchError``, `LibraryError`, `CheckpointError`.
  public func compare(_ request: CompareRequest, progress: @escaping ProgressHandler) throws
    -> CompareReport
  {
    try request.check()
    let music = try ComparedMusic(of: self)
    let a = try listen(to: request.a, request, music, progress)
    let b = request.b == request.a ? a : try listen(to: request.b, request, music, progress)
    let you = side("you", isMusician: true, music.own, music, ofYours: music.ownOverlap)
    let reference = StyleSample(music.reference).shares
    let sides = [a.sample, b.sample, music.own]
      .map { StyleSample($0).distances(to: reference, draws: 400) }
    let measures = (StyleSample([]).names + ["all together"]).enumerated().map { place, name in
      func estimate(_ side: Int) -> Estimate {
        Estimate(sides[side].value[place], drawn: sides[side].drawn.map { $0[place] })
      }
      // Paired: both bootstraps have the same seed, and both models' takes have the same seeds.
      return CompareReport.Measure(
        name: name, a: estimate(0), b: estimate(1),
        nearer: Estimate(
          sides[0].value[place] - sides[1].value[place],
          drawn: zip(sides[0].drawn, sides[1].drawn).map { $0[place] - $1[place] }),
        you: estimate(2))
    }
    let totals = try library.totals(origin: .played)
    let isJudged = a.scores != nil && b.scores != nil && !music.heldOut.isEmpty
    var report = CompareReport(
      a: a.side, b: b.side, you: you,
      gain: isJudged ? Estimate.gain(from: a.scores ?? [], to: b.scores ?? []) : nil,
      measures: Array(measures.dropLast()), distance: measures[measures.count - 1],
      pedalShare: totals.pedalShare, blind: try blindTally(of: request.a, and: request.b),
      sentence: "", remarks: music.remarks + (try remarksOnJudging([request.a, request.b])))
    report.sentence = CompareReport.sentence(for: report)
    return report
  }

  /// Remarks on rounds that have learned from takes that are held out now, as older rounds have after
  /// held-out takes were chosen again.
  private func remarksOnJudging(_ players: [PlayerName]) throws -> [String] {
    let aside = Set(try library.takes(matching: TakeQuery(heldOut: true)).map(\.number))
    return try players.compactMap { player in
      guard case .model(let name) = player, case .round(let number) = try settled(name),
        try library.hasLearned(round: number, from: aside)
      else { return nil }
      return
        "round \(number) has learned from music that is set aside now: it expects that too well"
    }
  }

  /// What was measured of one side: its report, its music, and the scores of the held-out takes.
  private struct Listened {
    var side: CompareReport.Side
    var sample: [[Note]]
    var scores: [TakeScore]?
  }

  private func listen(
    to player: PlayerName, _ request: CompareRequest, _ music: ComparedMusic,
    _ progress: @escaping ProgressHandler
  ) throws -> Listened {
    guard case .model(let name) = player else {
      return Listened(
        side: side("you", isMusician: true, music.own, music, ofYours: music.ownOverlap),
        sample: music.own)
    }
    let found = try resolve(name)
    let model = try Model(file: found.file, precision: request.precision)
    let text = found.shownName
    let scores = try model.scores(
      of: music.heldOut, activity: "judging \(text)", progress: progress)
    let sample = try ModelSample.notes(
      by: model.weights, minutes: request.minutes, activity: "listening to \(text)",
      seed: request.seed, progress: progress)
    let overlaps = parallelMap(count: sample.count) { music.index.overlap(with: sample[$0]) }
    var side = side(
      text, isMusician: false, sample, music, ofYours: overlaps.reduce(.init(), +))
    side.heldOut = scores.isEmpty ? nil : Estimate.natsPerEvent(scores)
    return Listened(side: side, sample: sample, scores: scores)
  }

  private func side(
    _ name: String, isMusician: Bool, _ sample: [[Note]], _ music: ComparedMusic,
    ofYours: GramIndex.Overlap
  ) -> CompareReport.Side {
    CompareReport.Side(
      name: name, isMusician: isMusician,
      seconds: sample.reduce(0) { $0 + Double($1.map(\.end).max() ?? 0) / 1e9 },
      notes: sample.reduce(0) { $0 + $1.count }, heldOut: nil, variety: Variety(of: sample),
      ofYours: ofYours,
      ofBase: music.baseGrams.map { grams in
        sample.reduce(.init()) { $0 + grams.overlap(with: NoteGrams.grams(of: $1)) }
      })
  }
}

/// The musician's playing, prepared for a comparison.
private struct ComparedMusic {
  /// What distances are measured to: held-out takes, or every other take if none is held out.
  var reference: [[Note]]
  /// The musician's other playing, which models learn from.
  var own: [[Note]]
  /// The held-out takes as tokens.
  var heldOut: [[UInt16]]
  /// The figures of `own`.
  var index: GramIndex
  /// How much of the reference is also in `own`, and the longest stretch that any take shares with another:
  /// how far the musician repeats themself.
  var ownOverlap: GramIndex.Overlap
  var baseGrams: GramSet?
  var remarks: [String] = []

  init(of project: Project) throws {
    let takes = try project.library.takes(matching: TakeQuery(origin: .played))
      .filter { $0.noteCount > 1 }.sorted { $0.number < $1.number }
    func notes(heldOut: Bool) throws -> [[Note]] {
      try takes.filter { $0.heldOut == heldOut }.map {
        try project.library.soundingNotes(of: $0.number)
      }
    }
    var reference = try notes(heldOut: true)
    var own = try notes(heldOut: false)
    heldOut = reference.map { PreparedNotes($0).tokens() }
    if reference.isEmpty {
      remarks.append(
        "nothing is set aside for judging, so what follows is measured on playing that the models "
          + "have learned from")
      let all = own
      reference = all.indices.filter { !$0.isMultiple(of: 2) }.map { all[$0] }
      own = all.indices.filter { $0.isMultiple(of: 2) }.map { all[$0] }
    }
    guard !reference.isEmpty, !own.isEmpty else {
      throw WorkbenchError.tooLittlePlaying(
        doing: "compare with you", needs: "two takes of your own")
    }
    let index = GramIndex(own)
    let asked = reference
    self.index = index
    self.reference = reference
    self.own = own
    ownOverlap = parallelMap(count: asked.count) { index.overlap(with: asked[$0]) }
      .reduce(.init(), +)
    let others = own
    let runs = parallelMap(count: others.count) {
      index.overlap(with: others[$0], excluding: $0).longestRun
    }
    ownOverlap.longestRun = max(ownOverlap.longestRun, runs.max() ?? 0)
    baseGrams = try project.readBaseGrams()
  }
}
