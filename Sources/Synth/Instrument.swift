internal import CFluidSynth
internal import Foundation
internal import MIDI
internal import Synchronization

/// A FluidSynth synthesiser with one SoundFont: it turns MIDI messages into frames of sound.
///
/// One thread at a time may render frames; messages may come from another.
@safe final class Instrument: @unchecked Sendable {
  /// Frames that FluidSynth computes at once: messages take effect only at the beginning of such a block.
  static let blockFrames = 64

  /// FluidSynth's handles.
  let settings: OpaquePointer
  let synth: OpaquePointer

  /// A silent instrument.
  ///
  /// - Parameters:
  ///   - soundFont: the SoundFont.
  ///   - sound: sample rate and reverb.
  ///   - gain: the gain, above 0.
  ///   - others: additional settings of FluidSynth, by name.
  /// - Throws: `SynthError.notInstalled`, `.cannotStart`, `.badSoundFont`.
  init(
    soundFont: SoundFont, sound: Sound, gain: Double, others: [String: Setting]
  ) throws(SynthError) {
    try Self.listen()
    guard let settings = unsafe woodshed_new_fluid_settings() else {
      throw .cannotStart(cause: "it has no memory")
    }
    let chosen: [String: Setting] = [
      "synth.sample-rate": .number(Double(sound.sampleRate)),
      "synth.gain": .number(gain),
      "synth.reverb.active": .whole(sound.reverb > 0 ? 1 : 0),
      "synth.reverb.level": .number(sound.reverb),
      // A piano has no chorus.
      "synth.chorus.active": .whole(0),
      // Load only the samples that are played: so a SoundFont of 140 MB opens as fast as one of 6.
      "synth.dynamic-sample-loading": .whole(1),
      "synth.lock-memory": .whole(0),
    ]
    for (name, value) in chosen.merging(others, uniquingKeysWith: { $1 }) {
      unsafe value.apply(to: settings, as: name)
    }
    guard let synth = unsafe woodshed_new_fluid_synth(settings) else {
      unsafe woodshed_delete_fluid_settings(settings)
      throw .cannotStart(cause: Self.complaint)
    }
    unsafe self.settings = settings
    unsafe self.synth = synth
    guard
      unsafe woodshed_fluid_synth_sfload(synth, soundFont.file.path(percentEncoded: false), 1) >= 0
    else { throw .badSoundFont(path: soundFont.file.path(percentEncoded: false)) }
  }

  deinit {
    unsafe woodshed_delete_fluid_synth(synth)
    unsafe woodshed_delete_fluid_settings(settings)
  }

  /// The next ``blockFrames`` frames, left and right in turns; 1 is full scale.
  func block() -> [Float] {
    var block = [Float](repeating: 0, count: 2 * Self.blockFrames)
    unsafe block.withUnsafeMutableBufferPointer { block in
      _ = unsafe woodshed_fluid_synth_write_float(
        synth, Int32(Self.blockFrames), block.baseAddress, 0, 2, block.baseAddress, 1, 2)
    }
    return block
  }

  /// Applies a message, from the next frame on.
  func send(_ message: MIDIMessage) {
    switch message {
    case .channel(let status, let data1, let data2):
      let channel = Int32(status & 0x0F)
      let (first, second) = (Int32(data1), Int32(data2))
      // Statuses are ignored: they report that there was nothing to do, such as releasing a key that is up.
      switch status & 0xF0 {
      case 0x80: _ = unsafe woodshed_fluid_synth_noteoff(synth, channel, first)
      case 0x90: _ = unsafe woodshed_fluid_synth_noteon(synth, channel, first, second)
      case 0xA0: _ = unsafe woodshed_fluid_synth_key_pressure(synth, channel, first, second)
      case 0xB0: _ = unsafe woodshed_fluid_synth_cc(synth, channel, first, second)
      case 0xC0: _ = unsafe woodshed_fluid_synth_program_change(synth, channel, first)
      case 0xD0: _ = unsafe woodshed_fluid_synth_channel_pressure(synth, channel, first)
      case 0xE0: _ = unsafe woodshed_fluid_synth_pitch_bend(synth, channel, second << 7 | first)
      default: break
      }
    case .system(let bytes):
      guard bytes.first == 0xF0, bytes.last == 0xF7, bytes.count > 2 else { return }
      let body = bytes[1..<(bytes.count - 1)].map { CChar(bitPattern: $0) }
      _ = unsafe woodshed_fluid_synth_sysex(synth, body, Int32(body.count), nil, nil, nil, 0)
    }
  }

  /// Releases all keys and pedals.
  func release() {
    for channel in UInt8(0)..<16 {
      for pedal in UInt8(64)...69 {
        send(.control(channel: channel, controller: pedal, value: 0))
      }
    }
    _ = unsafe woodshed_fluid_synth_all_notes_off(synth, -1)
  }

  /// Whether no voice sounds any more, apart from the reverb.
  var isSilent: Bool { unsafe woodshed_fluid_synth_get_active_voice_count(synth) == 0 }

  // MARK: - FluidSynth

  /// Whether FluidSynth is installed here.
  private static let isInstalled = woodshed_fluid_is_there() != 0

  /// FluidSynth's version, "2.3.1"; `nil` where it is not installed.
  static var version: String? {
    isInstalled ? unsafe String(cString: woodshed_fluid_version_str()) : nil
  }

  /// The last error that FluidSynth logged in this process.
  private static let lastComplaint = Mutex("")

  /// The last error that FluidSynth logged.
  static var complaint: String {
    let text = lastComplaint.withLock(\.self)
    return text.isEmpty ? "it does not say why" : text
  }

  /// Keeps FluidSynth, and GLib below it, from printing to stderr; FluidSynth's errors are kept for messages.
  ///
  /// - Throws: `SynthError.notInstalled`.
  static func listen() throws(SynthError) {
    guard isInstalled else { throw .notInstalled }
    woodshed_hush_glib()
    lastComplaint.withLock { $0 = "" }
    for level in [FLUID_PANIC, FLUID_ERR] {
      unsafe woodshed_fluid_set_log_function(
        Int32(level.rawValue),
        { _, message, _ in
          let text = unsafe message.map { unsafe String(cString: $0) } ?? ""
          Instrument.lastComplaint.withLock { $0 = text }
        }, nil)
    }
    for level in [FLUID_WARN, FLUID_INFO, FLUID_DBG] {
      unsafe woodshed_fluid_set_log_function(Int32(level.rawValue), nil, nil)
    }
  }
}

/// The value of one of FluidSynth's settings.
enum Setting {
  case number(Double)
  case whole(Int)
  case text(String)

  /// Sets the setting called `name` to this value.
  func apply(to settings: OpaquePointer, as name: String) {
    switch self {
    case .number(let value): _ = unsafe woodshed_fluid_settings_setnum(settings, name, value)
    case .whole(let value): _ = unsafe woodshed_fluid_settings_setint(settings, name, Int32(value))
    case .text(let value): _ = unsafe woodshed_fluid_settings_setstr(settings, name, value)
    }
  }
}
