import Foundation
public import Rounds
import Work

extension RoundNumbers {
  /// What the round changed, how sure that is, how well it knows its pieces, and what would help most: a
  /// sentence each, for a musician.
  public var sentences: [String] {
    [aim, change, certainty, knowledge, advice].compactMap(\.self)
  }

  /// Nats per event below which nobody hears a difference.
  private static let little = 0.01

  /// Its gain on other music of the musician's; for rounds from before version 0.2, on the takes that both
  /// judged and chose them.
  private var other: Estimate? { promised ?? gain }

  /// Whether the gain is more than twice its standard error, which happens by chance once in twenty.
  private var isSure: Bool {
    guard let other else { return false }
    return abs(other.value) > 2 * (other.standardError ?? .infinity)
  }

  /// How much likelier an event is, e^|nats| − 1, in percent.
  private static func percent(_ nats: Double) -> String {
    let percent = (exp(abs(nats)) - 1) * 100
    return percent < 1 ? "less than 1 %" : "about \(Int(nearestTo: percent)) %"
  }

  /// What the music that it is judged by is called.
  private var judges: String {
    areSittings == true ? "your playing at other sittings" : "your other music"
  }

  private func counted(_ groups: Int) -> String {
    Readable.count(groups, areSittings == true ? "sitting" : "piece")
  }

  private var aim: String? {
    guard let toward, let played = toward.played else { return nil }
    guard share != 0 else {
      return "it could not move toward \(toward.name) without playing less like you, or less varied"
    }
    let moved = TowardNumbers.words(of: played)
    return "what it plays unsteered has \(moved) of \(toward.name) than before"
  }

  private var change: String? {
    guard let other else {
      return share.map { $0 <= 0.1 + 1e-9 } == true
        ? "it stays near the base: nothing can tell yet whether more would be more like you" : nil
    }
    let gains = Self.percent(other.value)
    if other.value < -(other.standardError ?? 0) {
      return "it finds the notes of \(judges) \(gains) less likely than the base does"
    }
    if other.value < Self.little || !isSure {
      return "it is hardly different from the base yet"
        + (other.value > 0 ? ": it finds the notes of \(judges) \(gains) likelier" : "")
    }
    return
      "it plays \(other.value < 0.04 ? "a little more" : "more") like you than the base: it finds "
      + "the notes of \(judges) \(gains) likelier"
  }

  private var certainty: String? {
    guard let other else { return nil }
    let pieces: String
    if let heldOutGroups, heldOutGroups > 0 {
      pieces =
        "\(counted(heldOutGroups)), \(Readable.words(seconds: heldOutSeconds)), that it has not "
        + "read"
    } else if let way {
      pieces = "\(counted(way.groups)), each by a training that went without it"
    } else {
      pieces = Readable.count(heldOutTakes, "take") + " set aside"
    }
    let size = Estimate(value: abs(other.value), standardError: other.standardError)
    let measured =
      "\(size.text) nats per event \(other.value < 0 ? "worse" : "better") than the base, by "
      + pieces
    guard isSure else { return "that may be chance: \(measured)" }
    let what = 0..<Self.little ~= other.value ? "the little that it gains" : "that"
    return "\(what) is sure: \(measured)"
  }

  private var knowledge: String? {
    guard let repertoire, repertoire.value > 0.005 else { return nil }
    return "the pieces that it was trained on it predicts better by \(repertoire.text), "
      + (isByHeart == true ? "which is what you asked for" : "as is to be expected")
  }

  private var advice: String? {
    // Of a training that was broken off, that it can go on is said elsewhere.
    if isByHeart == true || toward != nil || ending == .stopped { return nil }
    let groups = groups.map { Set($0).count } ?? 0
    if seconds < 45 * 60 { return "what would help most: more playing, an hour at least" }
    if groups > 0, groups < 8 { return "what would help most: other pieces" }
    if let other, isSure, other.value >= 0.04 {
      return
        "what would help most: nothing in particular; play on, and tune again after an hour more"
    }
    return "what would help most: more playing, and other pieces than these"
  }
}
