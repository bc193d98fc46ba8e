/// A Standard MIDI File: tracks of MIDI messages, timed in ticks.
///
/// Source: Standard MIDI Files 1.0 (RP-001).
public struct StandardMIDIFile: Sendable {
  /// What a tick is.
  public enum Division: Hashable, Sendable {
    /// Ticks in a quarter note, 1…32767; a tempo says how long that is.
    case ticksPerQuarter(Int)
    /// Ticks in a frame of so many seconds; tempo means nothing.
    case ticksPerFrame(Int, secondsPerFrame: Double)
  }

  /// One track.
  public struct Track: Sendable {
    /// One message, so many ticks after the track's beginning.
    struct Event: Sendable {
      var tick: Int
      var message: MIDIMessage
    }

    /// A tempo that holds from `tick` on.
    struct Tempo: Sendable {
      var tick: Int
      /// Microseconds of a quarter note, above 0.
      var microsecondsPerQuarter: Int
    }

    /// What the track is called, if it says so.
    public internal(set) var name: String?
    /// Its text events, the first of them; lyrics and the like stand elsewhere.
    var texts: [String] = []
    var events: [Event] = []
    var tempos: [Tempo] = []
  }

  /// 0: one track. 1: tracks that sound together. 2: tracks that are pieces of their own.
  public internal(set) var format: Int

  /// What a tick is.
  public internal(set) var division: Division

  /// The tracks, in the order of the file.
  public internal(set) var tracks: [Track] = []

  /// What was wrong with the file and could be passed over.
  public internal(set) var warnings: [StandardMIDIFileWarning] = []

  /// Reads a file.
  ///
  /// Whatever whole events there are is kept; the rest is in ``warnings``. Memory is bounded by the
  /// number of bytes, whatever lengths they claim.
  ///
  /// - Throws: ``StandardMIDIFileError`` when there is nothing to read at all.
  public init(bytes: [UInt8]) throws(StandardMIDIFileError) {
    var reader = try StandardMIDIFileReader(bytes)
    // A header without tracks is none: the next one is.
    while let next = reader.readChunks(), reader.file.tracks.isEmpty,
      let behind = try? StandardMIDIFileReader(bytes, from: next)
    {
      reader = behind
    }
    self = reader.file
  }

  init(format: Int, division: Division) {
    self.format = format
    self.division = division
  }
}

/// Why a file is no Standard MIDI File.
public enum StandardMIDIFileError: Error, Hashable, Sendable {
  /// There are no bytes.
  case empty
  /// No header chunk, `MThd`, stands anywhere in it.
  case noHeader
  /// The header chunk at `offset` breaks off.
  case truncatedHeader(offset: Int)
  /// The division at `offset` is none: 0 ticks, or a frame rate that does not exist.
  case badDivision(offset: Int, value: Int)
}

extension StandardMIDIFileError: CustomStringConvertible {
  /// What is wrong, as a clause about the file.
  public var description: String {
    switch self {
    case .empty: "it is empty"
    case .noHeader: "it is not a MIDI file: there is no MThd in it"
    case .truncatedHeader(let offset): "its header at byte \(offset) breaks off"
    case .badDivision(let offset, let value):
      "the division at byte \(offset) is \(value), which is no unit of time"
    }
  }
}

/// What was wrong with a file and could be passed over.
public enum StandardMIDIFileWarning: Hashable, Sendable {
  /// Bytes before the header were passed over.
  case bytesBeforeHeader(count: Int)
  /// The format is not 0, 1 or 2; it was read as 1.
  case unknownFormat(Int)
  /// The header promises another number of tracks than there are.
  case trackCount(declared: Int, found: Int)
  /// A chunk that is no track was passed over.
  case alienChunk(offset: Int)
  /// The header's length leads nowhere; the tracks were looked for behind its fourteen bytes.
  case wrongHeaderLength(Int)
  /// Another song with its own header stands behind the first at `offset`; it was left out.
  case anotherSong(offset: Int)
  /// A track's length goes beyond the file, or ends before the track does.
  case wrongLength(offset: Int)
  /// A track breaks off within an event; what came before is kept.
  case truncatedTrack(offset: Int)
  /// Events stand after the end of the track; note-offs and controllers were read.
  case eventsAfterEnd(offset: Int)
  /// A data byte is above 127; its upper bit was passed over.
  case dataByte(offset: Int)
  /// Bytes that belong to no event were passed over.
  case strayBytes(offset: Int)
  /// A length or time of more than four bytes; its low 28 bits count.
  case longNumber(offset: Int)
  /// A tempo of nothing was passed over.
  case zeroTempo(offset: Int)
}

extension StandardMIDIFileWarning: CustomStringConvertible {
  /// What was wrong, in one clause.
  public var description: String {
    switch self {
    case .bytesBeforeHeader(let count):
      count == 1
        ? "1 byte before its header was passed over"
        : "\(count) bytes before its header were passed over"
    case .unknownFormat(let format): "its format is \(format); it was read as 1"
    case .trackCount(let declared, let found):
      "its header promises \(declared) track\(declared == 1 ? "" : "s"), it has \(found)"
    case .alienChunk(let offset): "the chunk at byte \(offset) is no track and was passed over"
    case .wrongHeaderLength(let length):
      "its header claims \(length) bytes, and was read as 6"
    case .anotherSong(let offset):
      "another song begins at byte \(offset) and was left out; make it a file of its own"
    case .wrongLength(let offset): "the length of the track at byte \(offset) is wrong"
    case .truncatedTrack(let offset):
      "a track breaks off at byte \(offset); what came before is kept"
    case .eventsAfterEnd(let offset):
      "events stand after the end of a track at byte \(offset); only releases were read"
    case .dataByte(let offset): "the byte at \(offset) is above 127; its upper bit was passed over"
    case .strayBytes(let offset): "bytes at \(offset) belong to no event and were passed over"
    case .longNumber(let offset):
      "the number at byte \(offset) is longer than four bytes; its low 28 bits count"
    case .zeroTempo(let offset): "the tempo at byte \(offset) is zero and was passed over"
    }
  }
}
