public import MIDI

/// A take as a WAV file of 16 bits that begins at a moment of it and is made as it is read.
///
/// What sounds at that moment is heard as it would be then: pedals, controllers, programs and the keys that are
/// down are set some seconds earlier, and those seconds are played without being given out.
public actor SoundStream {
  /// How much before the beginning is played unheard, in nanoseconds: most piano strings have died away after it.
  static let lead: Int64 = 4_000_000_000

  /// How long the sound goes on behind the last event, in seconds; the last of them fades.
  static let tail = 3.0
  static let fade = 1.0

  /// How long the beginning takes to reach its loudness, in seconds, so that a sound that is cut does not click.
  static let onset = 0.005

  /// The frames that are given out at once: 93 ms of 44,100 a second.
  private static let pieceFrames = 64 * Instrument.blockFrames

  /// The bytes of a frame: two channels of 16 bits.
  private static let frameBytes = 4

  /// Before the samples.
  private static let headerBytes = 44

  /// The length of the whole file in bytes.
  public nonisolated let bytes: Int

  private let instrument: Instrument
  private let rate: Int
  private var walk: EventWalk
  private let frames: Int
  /// Frames given out so far.
  private var done = 0
  /// Frames still to be played without being given out.
  private var unheard: Int
  private var hasHeader = false
  private var isOver = false
  /// Samples that were played and not given out yet.
  private var waiting: [Float] = []

  /// A stream of events, which are in order of time, from `start` in nanoseconds on.
  ///
  /// - Throws: `SynthError.notInstalled`, `.cannotStart`, `.badSoundFont`.
  public init(
    _ events: [MIDIEvent], from start: Int64 = 0, soundFont: SoundFont, sound: Sound = Sound()
  ) throws(SynthError) {
    let end = max(start, events.last?.nanoseconds ?? 0)
    let lead = max(0, start - Self.lead)
    rate = sound.sampleRate
    // The gain of the speakers: to find the loudest moment all of it would have to be made first.
    instrument = try Instrument(
      soundFont: soundFont, sound: sound, gain: OpenSpeakers.gain, others: [:])
    walk = EventWalk(events.part(from: lead), sound: sound)
    unheard = Int(Double(start - lead) / 1e9 * Double(sound.sampleRate))
    frames = Int((Double(end - start) / 1e9 + Self.tail) * Double(sound.sampleRate))
    bytes = Self.headerBytes + frames * Self.frameBytes
  }

  /// The next bytes of the file; `nil` after the last.
  public func next() -> [UInt8]? {
    guard hasHeader else {
      hasHeader = true
      return header
    }
    guard done < frames else { return nil }
    let count = min(Self.pieceFrames, frames - done)
    while waiting.count < 2 * count { waiting += block() }
    defer {
      waiting.removeFirst(2 * count)
      done += count
    }
    return encoded(waiting[..<(2 * count)])
  }

  /// The next block, left and right in turns, without the frames of it that are not given out.
  private func block() -> ArraySlice<Float> {
    if !isOver { isOver = !walk.step(instrument) }
    let block =
      isOver ? [Float](repeating: 0, count: 2 * Instrument.blockFrames) : instrument.block()
    let skipped = min(unheard, Instrument.blockFrames)
    unheard -= skipped
    return block.dropFirst(2 * skipped)
  }

  /// Samples as 16 bits, the lower byte first; those beyond full scale are cut off.
  private func encoded(_ samples: ArraySlice<Float>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * samples.count)
    for (index, sample) in samples.enumerated() {
      let loud = sample.isFinite ? sample * share(of: done + index / 2) : 0
      let value = UInt16(bitPattern: Int16(max(-32768, min(32767, (loud * 32767).rounded()))))
      bytes.append(UInt8(value & 0xFF))
      bytes.append(UInt8(value >> 8))
    }
    return bytes
  }

  /// How much of a frame is heard, 0…1: less at the beginning and at the end.
  private func share(of frame: Int) -> Float {
    let rising = Double(frame) / (Self.onset * Double(rate))
    let falling = Double(frames - frame) / (Self.fade * Double(rate))
    return Float(min(1, rising, falling))
  }

  /// The header of a RIFF WAVE file.
  ///
  /// Source: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0, "WAVE".
  private var header: [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = frames * Self.frameBytes
    return Array("RIFF".utf8) + number(data + Self.headerBytes - 8, 4) + Array("WAVEfmt ".utf8)
      + number(16, 4) + number(1, 2) + number(2, 2) + number(rate, 4)
      + number(rate * Self.frameBytes, 4) + number(Self.frameBytes, 2) + number(16, 2)
      + Array("data".utf8) + number(data, 4)
  }
}
