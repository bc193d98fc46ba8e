/// An error in turning a take into sound; `description` is a sentence for the musician.
public enum SynthError: Error, Hashable {
  /// No SoundFont was named, and none was found in `folders`.
  case noSoundFont(folders: [String])

  /// The file at `path` is missing or is not a SoundFont.
  case badSoundFont(path: String)

  /// A take with notes is silent with the SoundFont at `path`, or gives NaN or infinite samples.
  case noSound(soundFont: String)

  /// There is no FluidSynth on this machine, 2.0 or newer.
  case notInstalled

  /// FluidSynth could not be started; `cause` is its error.
  case cannotStart(cause: String)

  /// A sound file could not be written; `cause` is the system's or FluidSynth's error.
  case cannotWrite(path: String, cause: String)

  /// The sound card could not be opened.
  case noSpeakers(device: String, cause: String)

  /// The sound card stopped asking for frames.
  case speakersGone

  /// These speakers are playing already.
  case alreadyPlaying

  /// The musician stopped the rendering before the file at `path` was complete.
  case stopped(path: String)
}

extension SynthError: CustomStringConvertible {
  /// The sentence `cannot <verb phrase>: <cause>`, with a remedy if known.
  public var description: String {
    switch self {
    case .noSoundFont(let folders):
      "cannot make sound: there is no SoundFont in \(folders.joined(separator: ", ")); "
        + "install the package fluid-soundfont-gm"
    case .badSoundFont(let path):
      "cannot use \(path): it is missing or is no SoundFont"
    case .noSound(let path):
      "cannot make sound with \(path): the take has notes, and not one is heard; the SoundFont may be "
        + "damaged, or the take's volume is at 0"
    case .notInstalled:
      "cannot make sound: FluidSynth is not installed; install the package libfluidsynth3"
    case .cannotStart(let cause):
      "cannot start FluidSynth: \(cause)"
    case .cannotWrite(let path, let cause):
      "cannot write \(path): \(cause)"
    case .noSpeakers(let device, let cause):
      "cannot open the sound card \"\(device)\": \(cause)"
    case .speakersGone:
      "cannot go on playing: the sound card takes no more sound; was it unplugged?"
    case .alreadyPlaying:
      "cannot play: these speakers are playing already"
    case .stopped(let path):
      "cannot finish \(path): it was stopped; nothing was written"
    }
  }
}
