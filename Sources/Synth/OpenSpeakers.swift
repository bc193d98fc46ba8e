internal import CFluidSynth

/// A stage whose sound a PCM device of ALSA plays, as long as this exists.
final class OpenSpeakers: Sendable {
  /// FluidSynth's gain: with the usual SoundFonts jazz reaches about half of full scale.
  static let gain = 1.0

  /// The period of the sound card in frames, and the number of periods buffered: 46 ms together, which a busy
  /// machine can sustain.
  private static let period = 128
  private static let periods = 16

  /// What is played.
  let stage: Stage
  private let device: Device

  /// Opens a device.
  ///
  /// - Throws: `SynthError.badSoundFont`, `.cannotStart`, `.noSpeakers`.
  init(soundFont: SoundFont, sound: Sound, device: String) throws(SynthError) {
    let instrument = try Instrument(
      soundFont: soundFont, sound: sound, gain: Self.gain,
      others: [
        "audio.driver": .text("alsa"), "audio.alsa.device": .text(device),
        "audio.period-size": .whole(Self.period), "audio.periods": .whole(Self.periods),
      ])
    stage = Stage(instrument, sampleRate: sound.sampleRate)
    self.device = try Device(named: device, for: stage, instrument)
  }
}

/// FluidSynth's connection to the sound card, closed when the last reference is released.
@safe private final class Device: Sendable {
  // Used only in `deinit`.
  nonisolated(unsafe) private let driver: OpaquePointer
  private let stage: Stage

  init(
    named name: String, for stage: Stage, _ instrument: Instrument
  ) throws(SynthError) {
    let opened = unsafe woodshed_new_fluid_audio_driver2(
      instrument.settings,
      { context, count, _, _, channels, buffers in
        guard let context = unsafe context, channels >= 2, let buffers = unsafe buffers,
          let left = unsafe buffers[0], let right = unsafe buffers[1]
        else { return FLUID_FAILED }
        unsafe Unmanaged<Stage>.fromOpaque(context).takeUnretainedValue()
          .fill(left, right, count: Int(count))
        return FLUID_OK
      }, Unmanaged.passUnretained(stage).toOpaque())
    guard let opened = unsafe opened else {
      throw .noSpeakers(device: name, cause: Instrument.complaint)
    }
    unsafe driver = unsafe opened
    self.stage = stage
  }

  deinit {
    unsafe woodshed_delete_fluid_audio_driver(driver)
  }
}
