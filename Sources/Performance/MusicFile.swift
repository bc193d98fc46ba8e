import Disk
package import Foundation
import Glibc
package import MIDI

/// A file of music as it was read: its performances, what was mended, and why it gave nothing.
///
/// ```swift
/// for url in try MusicFiles.find(at: paths) {
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

    /// Whether there is a time so long without a stroke that a silence might lie in it; most files have none,
    /// and need not be gone through message by message.
    private var mayHaveLongSilences: Bool {
      var last: Int64 = 0
      for note in reading.notes {
        guard note.start - last < NoteReading.silence else { return true }
        last = max(last, note.start)
      }
      return (events.last?.nanoseconds ?? 0) - last >= NoteReading.silence
    }

    /// Its notes as they sound, held on by the pedal. They are worked out at each call.
    package var soundingNotes: [Note] { reading.soundingNotes }

    /// Its parts between silences so long that they end a take, each from its first note or pedal on, without
    /// what comes long after the last note; itself alone where there is nothing of that.
    package var stretches: [Performance] {
      guard mayHaveLongSilences else { return [fromItsBeginning] }
      let parts = NoteReading.stretches(of: events)
      guard parts != [events] else { return [fromItsBeginning] }
      return parts.map { reread($0).fromItsBeginning }
    }

    /// Itself from its first note or the first time the pedal goes down, where a recording would begin: the
    /// silence before is a matter of who saved the file. How the instrument was set stays.
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

  /// What was mended or left out, a clause each: of the file, and then of each take.
  package private(set) var remarks: [String] = []

  /// Why it gave no performance: a clause about the file, or a sentence that names it when it could
  /// not be read; `nil` when it gave one.
  package private(set) var reason: String?

  /// Reads the file at `url`.
  ///
  /// One that cannot be read, or that is no music, gives no performance but a ``reason``.
  package init(at url: URL) { self.init(url) { try Self.musicBytes(of: url) } }

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

// MARK: - Before it is read

extension MusicFile {
  /// The largest file that is read, in bytes: 32 MB, which a pianist fills in more than a day. As notes
  /// in memory it is fifty times as much.
  package static let mostBytes = 32 << 20

  /// Where the header must begin, in bytes; some programs put one of their own before it.
  static let firstBytes = 64 << 10

  /// The bytes of a file that may be music, which is judged by its kind, its size and its first bytes
  /// before the rest is read.
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
  /// Whether it is about a key, or about the sustain pedal: before a performance begins all are up.
  fileprivate var isOfKeysOrSustain: Bool {
    guard case .channel(let status, let data1, _) = self else { return false }
    return status & 0xE0 == 0x80 || status & 0xF0 == 0xB0 && data1 == Self.sustainController
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
  /// The file or folder at `path` could not be read.
  case unreadable(path: String, cause: String)
  /// A folder was searched in vain.
  case noMusicInFolder
  /// It is a pipe, a device or a socket.
  case notPlain
  /// Its name has bytes that are not UTF-8, by which nothing can be opened here.
  case notUTF8
  /// It is large, and its first `bytes` hold no header.
  case noHeader(bytes: Int)
  /// It has more bytes than any playing.
  case tooLarge(bytes: Int)
  /// A path without a letter was given.
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
