import Foundation

/// How takes were made, in full: what was asked for, with every name resolved and the seed that was drawn.
///
/// The same request to the same project plays the same notes again, as long as the files that it names have
/// the digests on record.
public struct Recipe: Codable, Hashable, Sendable {
  /// What was asked for.
  public enum Request: Codable, Hashable, Sendable {
    /// Takes of a model.
    case modelTakes(GenerateRequest)
    /// Readings of a score.
    case scoreReadings(PerformRequest)
    /// Takes around one of the musician's own.
    case aroundTake(AroundRequest)
    /// An answer in a duet, which was played live and is never played again.
    case duetAnswer(DuetRequest)
  }

  /// What was asked for.
  public var request: Request
  /// The SHA-256 of each file that had a part in it, by a name for it: "base".
  public var digests: [String: String] = [:]

  /// A recipe of files of these digests.
  init(_ request: Request, digests: [String: String] = [:]) {
    self.request = request
    self.digests = digests
  }

  /// Whether they were played live, so that the same request plays something else.
  public var isLive: Bool { if case .duetAnswer = request { true } else { false } }

  /// As text in JSON; keys are sorted.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The recipe that a text is of; `nil` if a newer woodshed wrote it.
  init?(_ text: String) {
    guard let recipe = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      return nil
    }
    self = recipe
  }
}
