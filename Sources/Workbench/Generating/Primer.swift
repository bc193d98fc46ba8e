import Disk
import Foundation
import Library
import Performance
import Rounds

/// What a model goes on from, and how it is called.
struct Primer {
  /// The events to go on from; empty for silence.
  var tokens: [UInt16] = []
  /// The take they come from.
  var take: Int64?
  /// What they come from, for the record of what is generated.
  var name: String?
}

extension Project {
  /// The primer of a name: a take's number, "last", or a MIDI file; silence without one.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  func primer(named name: String?) throws -> Primer {
    guard let name else { return Primer() }
    if let named = TakeName(name) {
      let take = try summary(of: named, forPrimer: true)
      guard !take.heldOut else { throw WorkbenchError.heldOutPrimer(number: take.number) }
      let music = try TakeMusic(library).music(of: take.number)
      guard !music.notes.notes.isEmpty else {
        throw WorkbenchError.noMusic(
          path: "take \(take.number)", cause: "it holds no notes to go on from")
      }
      return Primer(
        tokens: music.tokens, take: take.number, name: "take \(take.number)")
    }
    let file = MusicFile(at: try URL(musicFile: name, for: "go on from a file"))
    guard let first = file.performances.first(where: { !$0.soundingNotes.isEmpty }) else {
      throw WorkbenchError.noMusic(path: name, cause: file.reason ?? "it holds no notes")
    }
    return Primer(
      tokens: PreparedNotes(first.soundingNotes).tokens(), name: file.url.plainPath)
  }
}
