import Disk
package import Foundation
import Glibc
package import MIDI

/// A file of music: its performances, what was repaired in reading it, and why it has none.
///
/// ```swift
/// for url in try MusicFiles.find(at: paths) {
///   let file = MusicFile(at: url)
///   if let reason = file.reason { print("\(url): \(reason)") }
///   for performance in file.performances { print(performance.soundingNotes.count) }
/// }
/// ```
package struct MusicFile: Sendable {
  /// A performance in a file, with at least one note.
  package struct Performance: Sendable {
    /// Its index among the takes of the file; `nil` when the file has only one.
    package let track: Int?

    /// All its messages in order of time, including those that are not for a piano.
    package let events: [MIDIEvent]

    /// Its notes as keyed, and its pedal.
    package let reading: NoteReading

    /// The first text events of its tracks.
    package var texts: [String] = []

    /// Whether there is a gap between note-ons that may contain a silence that ends a take. Most files have
    /// none, which spares the search message by message.
    private var mayHaveLongSilences: Bool {
      var last: Int64 = 0
      for note in reading.notes {
        guard note.start - last < NoteReading.silence else { return true }
        last = max(last, note.start)
      }
      return (events.last?.nanoseconds ?? 0) - last >= NoteReading.silence
    }

    /// Its notes, extended by the pedal. They are computed at each call.
    package var soundingNotes: [Note] { reading.soundingNotes }

    /// The performance split at silences so long that they end a take; each part starts with its
    /// first note or pedal, and what comes long after its last note is dropped. Without such
    /// silences, the whole performance.
    package var stretches: [Performance] {
      guard mayHaveLongSilences else { return [fromItsBeginning] }
      let parts = NoteReading.stretches(of: events)
      guard parts != [events] else { return [fromItsBeginning] }
      return parts.map { reread($0).fromItsBeginning }
    }

    /// The performance without the silence before its first note or pedal, as a recording would begin.
    /// Earlier messages that set up the instrument are kept, at time 0.
    package var fromItsBeginning: Performance {
      let first = [reading.notes.first?.start, reading.pedal.first?.nanoseconds].compactMap(\.self)
      guard let start = first.min(), start > 0 else { return self }
      return reread(
        events.filter { $0.nanoseconds >= start || !$0.message.isOfKeysOrSustain }.map {
          MIDIEvent(nanoseconds: max(0, $0.nanoseconds - start), message: $0.message)
        })
    }

    private func reread(_ events: [MIDIEvent]) -> Performance {
      Performance(track: track, events: events, reading: NoteReading(of: events), texts: texts)
    }
  }

  /// Where it was read from.
  package let url: URL

  /// Its takes that have notes, in the order of the file.
  package private(set) var performances: [Performance] = []

  /// What was repaired or left out, a clause each: of the file first, then of each take.
  package private(set) var remarks: [String] = []

  /// Why it has no performance: a clause about the file, or a sentence that names it when it could not be
  /// read; `nil` when it has one.
  package private(set) var reason: String?

  /// Reads the file at `url`.
  ///
  /// A file that cannot be read, or is not music, has a ``reason`` instead of performances.
  package init(at url: URL) { self.init(url) { try Self.musicBytes(of: url) } }

  /// Parses `bytes` that were read from the file at `url`.
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

  /// The bytes of a file of any kind.
  ///
  /// - Throws: ``MusicFileError/unreadable(path:cause:)``.
  package static func bytes(of url: URL) throws(MusicFileError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw .unreadable(path: url.plainPath, cause: DiskError.cause(of: error))
    }
  }
}

// MARK: - Reading the bytes

extension MusicFile {
  /// The largest file that is read, in bytes: 32 MB, more than a day of piano playing. Its notes take up to
  /// fifty times as much memory.
  package static let mostBytes = 32 << 20

  /// The header must begin within this many bytes; some programs put one of their own before it.
  static let firstBytes = 64 << 10

  /// The bytes of a music file; its kind, its size and its first bytes are checked before the rest is read.
  ///
  /// - Throws: ``MusicFileError``.
  package static func musicBytes(of url: URL) throws(MusicFileError) -> [UInt8] {
    let path = url.plainPath
    switch MusicFiles.kind(of: path) {
    case S_IFREG: break
    case S_IFDIR:
      guard MusicFiles.contents(of: path) != nil else {
        throw .unreadable(path: path, cause: DiskError.cause(of: errno))
      }
      throw .noMusicInFolder
    case nil:
      let cause = DiskError.cause(of: errno)
      if path.contains("\u{FFFD}") { throw .notUTF8 }
      throw .unreadable(path: path, cause: cause)
    default: throw .notPlain
    }
    do {
      let handle = try FileHandle(forReadingFrom: url)
      let size = try handle.seekToEnd()
      try handle.seek(toOffset: 0)
      if size > firstBytes {
        let first = try handle.read(upToCount: firstBytes) ?? Data()
        guard first.firstRange(of: Data("MThd".utf8)) != nil else {
          throw MusicFileError.noHeader(bytes: firstBytes)
        }
        guard size <= mostBytes else { throw MusicFileError.tooLarge(bytes: Int(clamping: size)) }
        try handle.seek(toOffset: 0)
      }
      return [UInt8](try handle.read(upToCount: Int(size)) ?? Data())
    } catch let error as MusicFileError {
      throw error
    } catch {
      throw .unreadable(path: path, cause: DiskError.cause(of: error))
    }
  }
}

extension MIDIMessage {
  /// Whether it concerns a key or the sustain pedal, all of which are up before a performance begins.
  fileprivate var isOfKeysOrSustain: Bool {
    guard case .channel(let status, let data1, _) = self else { return false }
    return status & 0xE0 == 0x80 || status & 0xF0 == 0xB0 && data1 == Self.sustainController
  }
}

extension [Note] {
  /// Their length in seconds, from the first start to the last end; 0 without notes.
  package var seconds: Double {
    let start = map(\.start).min() ?? 0
    return Double((map(\.end).max() ?? 0) - start) / 1e9
  }
}

/// An error in reading a file of music.
package enum MusicFileError: Error, Hashable, Sendable {
  /// The file or folder at `path` could not be read.
  case unreadable(path: String, cause: String)
  /// A folder contains no music files.
  case noMusicInFolder
  /// It is a pipe, a device or a socket.
  case notPlain
  /// Its name is not UTF-8, so it cannot be opened.
  case notUTF8
  /// It is large, and there is no header in its first `bytes`.
  case noHeader(bytes: Int)
  /// It is larger than ``MusicFile/mostBytes``.
  case tooLarge(bytes: Int)
  /// A path is empty.
  case emptyPath
}

extension MusicFileError: CustomStringConvertible {
  /// What is wrong: a clause about the file or, where it could not be read, the sentence for the
  /// musician, `cannot <verb phrase>: <cause>`.
  package var description: String {
    switch self {
    case .unreadable(let path, let cause): "cannot read \(path): \(cause)"
    case .noMusicInFolder: "there is no MIDI file in it"
    case .notPlain: "it is no plain file"
    case .notUTF8: "its name is not UTF-8; rename it"
    case .noHeader(let bytes):
      "it is not a MIDI file: there is no MThd in its first \(bytes >> 10) KB"
    case .tooLarge(let bytes):
      "it has \(bytes >> 20) MB, and no playing has more than \(MusicFile.mostBytes >> 20)"
    case .emptyPath: "cannot look for MIDI files: the path is empty; name a file or a folder"
    }
  }
}
