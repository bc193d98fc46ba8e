public import Performance
public import Rounds

/// The comparison of two models, or of a model and the musician.
public struct CompareReport: Codable, Sendable {
  /// One of the two.
  public struct Side: Codable, Sendable {
    /// "round 2", "the base", "you".
    public var name: String
    /// Whether it is the musician.
    public var isMusician: Bool
    /// Seconds of the music that was measured.
    public var seconds: Double
    /// Notes of that music.
    public var notes: Int
    /// Nats per event on the held-out takes; `nil` for the musician and with nothing held out.
    public var heldOut: Estimate?
    /// How varied the music is.
    public var variety: Variety
    /// How much of the music is also in the musician's takes.
    public var ofYours: GramIndex.Overlap
    /// How much of the music is also in what the base was trained on, from a sample of one figure in four;
    /// `nil` if the template has no figures.
    public var ofBase: GramIndex.Overlap?
  }

  /// One measure of style: distances to the musician's held-out playing, from 0 for the same to 1 for
  /// nothing in common.
  public struct Measure: Codable, Sendable {
    /// What is measured.
    public var name: String
    /// The distance of A.
    public var a: Estimate
    /// The distance of B.
    public var b: Estimate
    /// How much nearer B is than A.
    public var nearer: Estimate
    /// The distance of the musician's other playing, the nearest that can be expected.
    public var you: Estimate
  }

  /// The side that B is compared with.
  public var a: Side
  /// The side that the comparison is about.
  public var b: Side
  /// The musician's playing that is not held out.
  public var you: Side
  /// By how many nats per event B predicts the held-out takes better than A; `nil` if not both are models, or
  /// nothing is held out.
  public var gain: Estimate?
  /// The measures of style.
  public var measures: [Measure]
  /// The mean of their distances.
  public var distance: Measure
  /// The share of the musician's time with the pedal down, 0…1. Models play notes prolonged by the pedal, but
  /// no pedal.
  public var pedalShare: Double
  /// The answers of blind tests of the two; `nil` if there are none.
  public var blind: BlindTally?
  /// The result in one sentence to the musician.
  public var sentence: String
  /// What limits how far the result can be trusted.
  public var remarks: [String]
}

// MARK: - The sentence

extension CompareReport {
  /// One sentence on B, or on the model if B is the musician, that claims no more than the error bars allow.
  static func sentence(for report: CompareReport) -> String {
    let name = report.b.isMusician ? report.a : report.b
    // The name of a file is not capitalised.
    let isFile = name.name.contains(".")
    let subject =
      isFile ? name.name : name.name.prefix(1).uppercased() + name.name.dropFirst()
    if report.a.isMusician && report.b.isMusician {
      return "You are as near to yourself as your takes are to each other."
    }
    let isAlone = report.a.isMusician || report.b.isMusician
    let moved = isAlone ? report.nearness(of: name) : report.movement
    let other = isAlone ? report.you : report.a
    return
      "\(subject) \(moved), \(varied(name.variety, other, report.you)), and \(report.copying(by: name))."
  }

  /// How B moved against A.
  private var movement: String {
    if let gain, gain.standardError != nil {
      guard gain.isSure else {
        return "is no nearer to you than \(a.name) as far as your held-out playing can tell"
      }
      let size = abs(gain.value) < 0.05 ? "a little " : abs(gain.value) < 0.2 ? "" : "a good deal "
      let way = gain.value > 0 ? "toward you" : "away from you"
      let heard =
        distance.nearer.isSure && (distance.nearer.value > 0) != (gain.value > 0)
        ? " in what it expects, though what it plays is \(gain.value > 0 ? "farther" : "nearer")"
        : ""
      return "moved \(size)\(way)\(heard)"
    }
    guard distance.nearer.isSure else { return "plays no nearer to you than \(a.name)" }
    return "plays \(distance.nearer.value > 0 ? "nearer to" : "farther from") you than \(a.name)"
  }

  /// How near a model is to the musician.
  private func nearness(of side: Side) -> String {
    let its = a.isMusician ? distance.b : distance.a
    let ratio = its.value / max(1e-9, distance.you.value)
    let apart = Estimate(
      value: its.value - distance.you.value,
      standardError: zipped(its.standardError, distance.you.standardError) {
        ($0 * $0 + $1 * $1).squareRoot()
      })
    guard apart.isSure else {
      return "plays as near to your held-out playing as the rest of your playing is"
    }
    return "is \((ratio * 10).rounded() / 10) times as far from your held-out playing as the rest "
      + "of your playing is"
  }

  private func zipped(_ a: Double?, _ b: Double?, _ join: (Double, Double) -> Double) -> Double? {
    guard let a, let b else { return nil }
    return join(a, b)
  }

  /// How varied a model is. Less varied means narrower than both the other and the musician, as for the gate.
  private static func varied(_ variety: Variety, _ other: Side, _ you: Side) -> String {
    let rows = zip(variety.beside(other.variety), variety.beside(you.variety))
    let isLess = rows.contains { row, own in
      row.value < row.other * Gate.varietyShare && row.value < own.other
    }
    let isMore = rows.contains { row, _ in row.value * Gate.varietyShare > row.other }
    switch (isLess, isMore) {
    case (false, false): return "is as varied as \(other.name)"
    case (true, false): return "is less varied than \(other.name)"
    case (false, true): return "is more varied than \(other.name)"
    case (true, true): return "is varied in other ways than \(other.name)"
    }
  }

  private func copying(by side: Side) -> String {
    let run = side.ofYours.longestRun
    if run == 0 { return "copied nothing of yours" }
    if run <= you.ofYours.longestRun { return "copied nothing longer than you repeat yourself" }
    return "copied \(run) of your notes in a row, where you repeat "
      + (you.ofYours.longestRun == 0
        ? "none of yours" : "\(you.ofYours.longestRun) of yours at most")
  }
}
