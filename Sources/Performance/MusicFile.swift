import Disk
package import Foundation
package import MIDI

/// A file of music as it was read: its performances, what was mended, and why it gave nothing.
///
/// ```swift
/// for url in MusicFiles.find(at: paths) {
///   let file = MusicFile(at: url)
///   if let reason = file.reason { print("\(url): \(reason)") }
///   for performance in file.performances { print(performance.soundingNotes.count) }
/// }
/// ```
package struct MusicFile: Sendable {
  /// One continuous piece of playing in a file, which has one note at least.
  package struct Performance: Sendable {
    /// Its place among the takes of the file, from 0; `nil` when the file has only one.
    package let track: Int?

    /// All its messages in order of time, those of no piano too.
    package let events: [MIDIEvent]

    /// Its notes as keyed, and its pedal.
    package let reading: NoteReading

    /// What the file says of it in words: the first text events of its tracks.
    package var texts: [String] = []

    /// Its notes as they sound, held on by the pedal. They are worked out at each call.
    package var soundingNotes: [Note] { reading.soundingNotes }
  }

  /// Where it was read from.
  package let url: URL

  /// Its takes that have notes, in the order of the file.
  package private(set) var performances: [Performance] = []

  /// What was mended or left out, a clause each: of the file, and then of each take.
  package private(set) var remarks: [String] = []

  /// Why it gave no performance: a clause about the file, or a sentence that names it when it could
  /// not be read; `nil` when it gave one.
  package private(set) var reason: String?

  /// Reads the file at `url`.
  ///
  /// One that cannot be read, or that is no music, gives no performance but a ``reason``.
  package init(at url: URL) { self.init(url) { try Self.bytes(of: url) } }

  /// Reads what was in the file at `url`, whatever it is.
  package init(_ bytes: [UInt8], of url: URL) { self.init(url) { bytes } }

  private init(_ url: URL, bytes: () throws -> [UInt8]) {
    self.url = url
    do {
      let file = try StandardMIDIFile(bytes: bytes())
      remarks = file.warnings.map(\.description)
      let takes = file.takes
      for (index, take) in takes.enumerated() {
        let reading = NoteReading(of: take.events)
        remarks += reading.remarks
        guard !reading.notes.isEmpty else { continue }
        performances.append(
          Performance(
            track: takes.count > 1 ? index : nil, events: take.events, reading: reading,
            texts: take.texts))
      }
      if performances.isEmpty { reason = "it holds no piano notes" }
    } catch {
      reason = "\(error)"
    }
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``MusicFileError/unreadable(path:cause:)``.
  package static func bytes(of url: URL) throws(MusicFileError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      let path = url.path(percentEncoded: false)
      throw .unreadable(
        path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path,
        cause: DiskError.cause(of: error))
    }
  }
}

extension [Note] {
  /// How long they last in seconds, from the first start to the last end; 0 for none.
  package var seconds: Double {
    let start = map(\.start).min() ?? 0
    return Double((map(\.end).max() ?? 0) - start) / 1e9
  }
}

/// What can go wrong with a file of music.
package enum MusicFileError: Error, Hashable, Sendable {
  /// The file at `path` could not be read.
  case unreadable(path: String, cause: String)
}

extension MusicFileError: CustomStringConvertible {
  /// The sentence for the musician: `cannot <verb phrase>: <cause>`.
  package var description: String {
    switch self {
    case .unreadable(let path, let cause): "cannot read \(path): \(cause)"
    }
  }
}
