import Foundation
import Workbench

/// What is sent with a verdict, as JSON; all of it may be missing.
struct VerdictBody: Decodable {
  /// Where a kept phrase begins, in seconds since the take began.
  var from: Double?
  /// Where a kept phrase ends, in seconds since the take began.
  var until: Double?
  /// 1 to 5.
  var rating: Int?
  /// The words.
  var note: String?

  /// The longest note in characters.
  private static let longestNote = 10_000

  /// Reads a body; an empty one is `{}`.
  ///
  /// - Throws: ``StudioError/badRequest(cause:)``.
  init(_ bytes: Data) throws(StudioError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: bytes.isEmpty ? Data("{}".utf8) : bytes)
    } catch {
      throw .badRequest(
        cause:
          "what was sent is not a JSON object with from, until, rating and note as they must be")
    }
  }

  /// The verdict of a name: keep, discard, rate or note.
  ///
  /// - Throws: ``StudioError/badRequest(cause:)`` if what it needs is missing; nil is returned for any other name.
  func verdict(named name: Substring) throws(StudioError) -> NewVerdict? {
    switch name {
    case "keep":
      guard [from, until].allSatisfy({ $0 ?? 0 >= 0 }) else {
        throw .badRequest(cause: "a phrase begins and ends at 0 seconds or later")
      }
      return .keep(from: from, to: until)
    case "discard": return .discard
    case "rate":
      guard let rating else { throw .badRequest(cause: "a rating is missing") }
      return .rate(rating)
    case "note":
      guard let note, note.count <= Self.longestNote else {
        throw .badRequest(
          cause: note == nil
            ? "a note is missing" : "a note has at most \(Self.longestNote) characters")
      }
      return .note(note)
    default: return nil
    }
  }
}
