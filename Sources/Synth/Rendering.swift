internal import CFluidSynth
internal import Disk
public import Foundation
public import MIDI

/// A format of sound files.
public enum SoundFormat: String, Hashable, Sendable, CaseIterable {
  /// RIFF WAVE, 16 bits.
  case wav
  /// FLAC, 16 bits: the same sound in half the bytes.
  case flac
  /// Ogg Vorbis: a tenth of the bytes, for browsers.
  case ogg
  /// MP3: a tenth of the bytes, for telephones and everything else.
  case mp3

  /// Whether it can be written here; MP3 needs a libsndfile that is no older than 1.1.
  public var isSupported: Bool { self != .mp3 || MP3File.isSupported }

  /// The compressed kind that most browsers and telephones play, of those that can be written here.
  public static var compressed: Self { mp3.isSupported ? .mp3 : .ogg }

  /// What a browser calls it.
  public var mediaType: String { self == .mp3 ? "audio/mpeg" : "audio/\(rawValue)" }

  /// FluidSynth's name for it.
  fileprivate var word: String { self == .ogg ? "oga" : rawValue }
}

/// A sound file that was written.
public struct RenderedSound: Hashable, Sendable {
  /// Its length in seconds, including the decay after the last event.
  public var seconds: Double

  /// The gain that normalised the loudest moment.
  public var gain: Double
}

/// Renders a take to a sound file, faster than real time.
public struct Rendering: Sendable {
  /// The largest value of FluidSynth's setting `synth.gain`; so the softest takes stay soft.
  private static let mostGain = 10.0

  /// The smallest audible peak: with the largest gain it is half a step of 16 bits.
  private static let faintest = 0.5 / 32768 / mostGain

  private let events: [MIDIEvent]
  private let soundFont: SoundFont
  private let sound: Sound

  /// A rendering of raw events in order of time, including pedals and all controllers.
  public init(_ events: [MIDIEvent], soundFont: SoundFont, sound: Sound = Sound()) {
    self.events = events
    self.soundFont = soundFont
    self.sound = sound
  }

  /// Writes a sound file, by FluidSynth's own file renderer; MP3 by libsndfile.
  ///
  /// The take is rendered twice: once to find its loudest moment, once into the file, which is written
  /// atomically. The same events, SoundFont and sound give the same file on the same machine.
  ///
  /// - Parameters:
  ///   - file: where to write; an existing file is replaced.
  ///   - format: the format.
  ///   - quality: the quality of Ogg Vorbis and MP3, 0…1.
  ///   - progress: called with the fraction done, 0…1; returns whether to continue.
  /// - Throws: `SynthError`; an existing `file` is unchanged then.
  @discardableResult
  public func write(
    to file: URL, as format: SoundFormat, quality: Double = 0.5,
    progress: (Double) -> Bool = { _ in true }
  ) throws(SynthError) -> RenderedSound {
    let path = file.path(percentEncoded: false)
    let total = max(1, Double(events.last?.nanoseconds ?? 0) / 1e9)
    func goesOn(_ walk: EventWalk, half: Double) throws(SynthError) {
      // About every 0.7 seconds of music.
      guard walk.frames % (Instrument.blockFrames * 512) == 0 else { return }
      guard progress(half + min(1, walk.seconds / total) / 2) else {
        throw .stopped(path: path)
      }
    }
    let loudest = try peak { walk throws(SynthError) in try goesOn(walk, half: 0) }
    // A SoundFont that is damaged or lacks the instrument gives silence, NaN or infinity.
    guard loudest.isFinite, loudest >= Self.faintest || !hasNotes else {
      throw .noSound(soundFont: soundFont.file.path(percentEncoded: false))
    }
    // A take without a note is silence at any gain.
    let gain = loudest > 0 ? min(Self.mostGain, pow(10, sound.peak / 20) / loudest) : 1

    let draft = Draft(for: file)
    let seconds: Double
    do throws(SynthError) {
      let render = format == .mp3 ? renderMP3 : renderFile
      seconds = try render(draft.url.path(percentEncoded: false), format, gain, quality) {
        walk throws(SynthError) in try goesOn(walk, half: 0.5)
      }
    } catch .cannotWrite(_, let cause) {
      throw .cannotWrite(path: path, cause: cause)
    }
    do {
      try draft.keep()
    } catch {
      throw .cannotWrite(path: path, cause: error.cause)
    }
    return RenderedSound(seconds: seconds, gain: gain)
  }

  /// Whether there is a note-on.
  private var hasNotes: Bool {
    events.contains(where: \.message.isNoteOn)
  }

  /// The amplitude of the loudest frame at gain 1; 1 is full scale. Infinite if a sample is NaN or infinite.
  private func peak(
    progress: (EventWalk) throws(SynthError) -> Void
  ) throws(SynthError) -> Double {
    let instrument = try Instrument(soundFont: soundFont, sound: sound, gain: 1, others: [:])
    var walk = EventWalk(events, sound: sound)
    var peak: Float = 0
    while walk.step(instrument) {
      try progress(walk)
      for sample in instrument.block() {
        peak = sample.isFinite ? max(peak, abs(sample)) : .infinity
      }
    }
    return Double(peak)
  }

  /// Renders into an MP3 file.
  ///
  /// - Returns: the file's length in seconds.
  private func renderMP3(
    to path: String, as format: SoundFormat, gain: Double, quality: Double,
    progress: (EventWalk) throws(SynthError) -> Void
  ) throws(SynthError) -> Double {
    guard MP3File.isSupported else {
      throw .cannotWrite(
        path: path, cause: "libsndfile writes MP3 from 1.1 on, and here it is older")
    }
    let instrument = try Instrument(soundFont: soundFont, sound: sound, gain: gain, others: [:])
    errno = 0
    guard let file = MP3File(path: path, rate: sound.sampleRate, quality: quality) else {
      throw .cannotWrite(path: path, cause: diskFailure ?? MP3File.complaint)
    }
    var walk = EventWalk(events, sound: sound)
    while walk.step(instrument) {
      try progress(walk)
      errno = 0
      guard file.write(instrument.block()) else {
        throw .cannotWrite(path: path, cause: diskFailure ?? MP3File.complaint)
      }
    }
    errno = 0
    guard file.close(), diskFailure == nil else {
      throw .cannotWrite(path: path, cause: diskFailure ?? MP3File.complaint)
    }
    return walk.seconds
  }

  /// Renders into a file of another format.
  ///
  /// - Returns: the file's length in seconds.
  private func renderFile(
    to path: String, as format: SoundFormat, gain: Double, quality: Double,
    progress: (EventWalk) throws(SynthError) -> Void
  ) throws(SynthError) -> Double {
    let instrument = try Instrument(
      soundFont: soundFont, sound: sound, gain: gain,
      others: [
        "audio.file.name": .text(path), "audio.file.type": .text(format.word),
        "audio.file.format": .text("s16"), "audio.period-size": .whole(Instrument.blockFrames),
      ])
    errno = 0
    guard let renderer = unsafe woodshed_new_fluid_file_renderer(instrument.synth) else {
      throw .cannotWrite(path: path, cause: diskFailure ?? cause(at: path))
    }
    if format == .ogg { _ = unsafe woodshed_fluid_file_set_encoding_quality(renderer, quality) }
    var walk = EventWalk(events, sound: sound)
    do throws(SynthError) {
      while walk.step(instrument) {
        try progress(walk)
        errno = 0
        guard unsafe woodshed_fluid_file_renderer_process_block(renderer) == FLUID_OK else {
          throw .cannotWrite(path: path, cause: diskFailure ?? Instrument.complaint)
        }
      }
    } catch {
      unsafe woodshed_delete_fluid_file_renderer(renderer)
      throw error
    }
    // Deleting it flushes the rest and rewrites the header with the file's length. It does not report a
    // failure, but errno does.
    errno = 0
    unsafe woodshed_delete_fluid_file_renderer(renderer)
    if let cause = diskFailure { throw .cannotWrite(path: path, cause: cause) }
    return walk.seconds
  }

  /// The disk's error at the last call, from errno, which FluidSynth does not report;
  /// nil when there was none.
  private var diskFailure: String? {
    let code = errno
    return [ENOSPC, EDQUOT, EIO, EFBIG].contains(code) ? DiskError.cause(of: code) : nil
  }

  /// Why a file cannot be opened for writing, from errno, which FluidSynth does not report.
  private func cause(at path: String) -> String {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o666)
    guard descriptor >= 0 else { return DiskError.cause(of: errno) }
    close(descriptor)
    return Instrument.complaint
  }
}
