/// A Standard MIDI File: tracks of MIDI messages, timed in ticks.
///
/// Source: Standard MIDI Files 1.0 (RP-001).
public struct StandardMIDIFile: Sendable {
  /// The unit of ticks.
  public enum Division: Hashable, Sendable {
    /// Ticks per quarter note, 1…32767, whose length is given by the tempo.
    case ticksPerQuarter(Int)
    /// Ticks per SMPTE frame; tempo is ignored.
    case ticksPerFrame(Int, secondsPerFrame: Double)
  }

  /// One track.
  public struct Track: Sendable {
    /// One message with its time in ticks since the track's beginning.
    struct Event: Sendable {
      var tick: Int
      var message: MIDIMessage
    }

    /// A tempo that applies from `tick` on.
    struct Tempo: Sendable {
      var tick: Int
      /// Microseconds per quarter note, above 0.
      var microsecondsPerQuarter: Int
    }

    /// The track's name, if it has one.
    public internal(set) var name: String?
    /// Its first text events, without lyrics and the like.
    var texts: [String] = []
    var events: [Event] = []
    var tempos: [Tempo] = []
  }

  /// 0: one track. 1: simultaneous tracks. 2: independent tracks.
  public internal(set) var format: Int

  /// The unit of ticks.
  public internal(set) var division: Division

  /// The tracks, in the order of the file.
  public internal(set) var tracks: [Track] = []

  /// The faults of the file that were tolerated.
  public internal(set) var warnings: [StandardMIDIFileWarning] = []

  /// Parses a file.
  ///
  /// All complete events are kept; faults are in ``warnings``. Memory is bounded by the number of bytes,
  /// whatever lengths they claim.
  ///
  /// - Throws: ``StandardMIDIFileError`` when there is nothing that can be read.
  public init(bytes: [UInt8]) throws(StandardMIDIFileError) {
    var reader = try StandardMIDIFileReader(bytes)
    // Skip a header without tracks if there is another one.
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

/// Why a file is not a Standard MIDI File.
public enum StandardMIDIFileError: Error, Hashable, Sendable {
  /// There are no bytes.
  case empty
  /// There is no header chunk, `MThd`, anywhere.
  case noHeader
  /// The header chunk at `offset` is truncated.
  case truncatedHeader(offset: Int)
  /// The division at `offset` is invalid: 0 ticks, or a frame rate that does not exist.
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

/// A fault of a file that was tolerated.
public enum StandardMIDIFileWarning: Hashable, Sendable {
  /// Bytes before the header were skipped.
  case bytesBeforeHeader(count: Int)
  /// The format is not 0, 1 or 2; it was read as 1.
  case unknownFormat(Int)
  /// The header declares another number of tracks than there are.
  case trackCount(declared: Int, found: Int)
  /// A chunk that is not a track was skipped.
  case alienChunk(offset: Int)
  /// The header's length is wrong; the tracks were searched after its fourteen bytes.
  case wrongHeaderLength(Int)
  /// Another song with its own header follows at `offset`; it was left out.
  case anotherSong(offset: Int)
  /// A track's length exceeds the file, or ends before the track does.
  case wrongLength(offset: Int)
  /// A track is truncated within an event; the events before it are kept.
  case truncatedTrack(offset: Int)
  /// There are events after the end of the track; only note-offs and controllers among them were read.
  case eventsAfterEnd(offset: Int)
  /// A data byte is above 127; its upper bit was ignored.
  case dataByte(offset: Int)
  /// Bytes that belong to no event were skipped.
  case strayBytes(offset: Int)
  /// A variable-length number has more than four bytes; only its low 28 bits were used.
  case longNumber(offset: Int)
  /// A tempo of 0 was ignored.
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
