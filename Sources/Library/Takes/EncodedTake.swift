import MIDI

/// The content of a take encoded for storage: events as chunks, notes, digest and counts.
struct EncodedTake: Hashable, Sendable {
  /// How many events there are.
  let eventCount: Int

  /// The notes, in the order of their numbers in the table `note`.
  let notes: [Note]

  /// From the take's start to its last event or note end, in nanoseconds.
  let durationNanoseconds: Int64

  /// How long the sustain pedal is down, in nanoseconds.
  let pedalNanoseconds: Int64

  /// The SHA-256 of the events: for each chunk of 4096 its first time, eight bytes with the lowest
  /// first, and its stored bytes. Takes with the same events have the same digest.
  let digest: String

  /// The events.
  let chunks: [EventChunk]

  /// Encodes `events`, in order of time, and their `notes`.
  ///
  /// - Parameters:
  ///   - events: all of the take's raw events; times are ascending, from 0 on.
  ///   - notes: the notes of the events, in the order of their numbers.
  ///   - pedalNanoseconds: how long the sustain pedal is down; clamped to the duration.
  /// - Throws: ``LibraryError/outOfOrder(index:nanoseconds:)``,
  ///   ``LibraryError/tooLate(index:nanoseconds:)`` and ``LibraryError/notMIDI(index:bytes:)``.
  init(events: [MIDIEvent], notes: [Note], pedalNanoseconds: Int64 = 0) throws(LibraryError) {
    chunks = try EventChunk.encoding(events)
    eventCount = events.count
    self.notes = notes
    let lastEnd = notes.reduce(0) { max($0, $1.end) }
    durationNanoseconds = max(chunks.last?.lastNanoseconds ?? 0, lastEnd)
    self.pedalNanoseconds = min(max(pedalNanoseconds, 0), durationNanoseconds)
    var hasher = DigestHasher()
    for chunk in chunks { Self.update(&hasher, chunk.firstNanoseconds, chunk.bytes) }
    digest = hexadecimal(hasher.finish())
  }

  /// Adds a chunk to the digest of its take.
  static func update(_ hasher: inout DigestHasher, _ firstNanoseconds: Int64, _ bytes: [UInt8]) {
    hasher.update((0..<8).map { UInt8(truncatingIfNeeded: firstNanoseconds >> ($0 * 8)) })
    hasher.update(bytes)
  }
}
