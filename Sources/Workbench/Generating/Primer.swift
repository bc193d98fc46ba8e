import Disk
import Foundation
import Library
import MIDI
import Performance
import Player
import Rounds
import Work

/// The music that a model continues, with its name.
struct Primer {
  /// The events to go on from; empty for silence.
  var tokens: [UInt16] = []
  /// The take they come from.
  var take: Int64?
  /// Its name, for the record of the generated takes.
  var name: String?
  /// Its end in the take, in nanoseconds; `nil` for the end of the take.
  var end: Int64?
}

extension Primer {
  /// Keys that are struck together and held: "C4 E4 G4".
  ///
  /// - Throws: `WrongValue`.
  init(chord text: String) throws {
    let keys = try Setting("fromNotes").keys(text)
    tokens =
      [Vocabulary.token(of: .velocity(bin: 18))]
      + keys.sorted().map { Vocabulary.token(of: .noteOn(pitch: $0)) }
    name = "the notes \(text)"
  }
}

extension Project {
  /// The primer of a name: a take's number, "last", or a MIDI file; silence without one.
  ///
  /// - Parameter moment: Its end, in seconds, where sounding notes are ended; `nil` for all of the music.
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  func primer(named name: String?, at moment: Double? = nil) throws -> Primer {
    guard let name else { return Primer() }
    if let named = TakeName(name) {
      let take = try summary(of: named, forPrimer: true)
      guard !take.heldOut else { throw WorkbenchError.heldOutPrimer(number: take.number) }
      let title = "take \(take.number)"
      let end = try moment.map { try Self.end(at: $0, of: title, length: take.nanoseconds) }
      let music =
        try end.map { TakeMusic.Music(try library.soundingNotes(of: take.number, until: $0)) }
        ?? TakeMusic(library).music(of: take.number)
      guard !music.notes.notes.isEmpty else {
        throw WorkbenchError.noMusic(
          path: title, cause: "it holds no notes to go on from" + Self.before(moment))
      }
      return Primer(
        tokens: music.tokens, take: take.number, name: title + Self.upTo(moment), end: end)
    }
    let file = MusicFile(at: try URL(musicFile: name, for: "go on from a file"))
    guard let first = file.performances.first(where: { !$0.soundingNotes.isEmpty }) else {
      throw WorkbenchError.noMusic(path: name, cause: file.reason ?? "it holds no notes")
    }
    let end = try moment.map { try Self.end(at: $0, of: name, length: first.reading.end) }
    let notes =
      end.map { NoteReading(of: first.events.part(until: $0)).soundingNotes } ?? first.soundingNotes
    guard !notes.isEmpty else {
      throw WorkbenchError.noMusic(path: name, cause: "it holds no notes" + Self.before(moment))
    }
    return Primer(
      tokens: PreparedNotes(notes).tokens(), name: file.url.plainPath + Self.upTo(moment))
  }

  /// A moment of music in nanoseconds. Up to a second past the end it is the end, since times are shown rounded.
  private static func end(at moment: Double, of music: String, length: Int64) throws -> Int64 {
    let seconds = Double(length) / 1e9
    guard moment > 0, moment < seconds + 1 else {
      throw WorkbenchError.badMoment(of: music, at: moment, length: seconds)
    }
    return max(1, min(Int64(moment * 1e9), length))
  }

  private static func upTo(_ moment: Double?) -> String {
    moment.map { " up to \(Readable.text(seconds: $0))" } ?? ""
  }

  private static func before(_ moment: Double?) -> String {
    moment.map { " before \(Readable.text(seconds: $0))" } ?? ""
  }
}
