/// What can go wrong between a take and its sound; `description` is a sentence for the musician.
public enum SynthError: Error, Hashable {
  /// No SoundFont was named, and none is in the places where Debian puts them.
  case noSoundFont(folders: [String])

  /// The file at `path` is missing or is no SoundFont.
  case badSoundFont(path: String)

  /// A take with notes is silent with the SoundFont at `path`, or what comes of it is no sound.
  case noSound(soundFont: String)

  /// FluidSynth could not be started; `cause` is what it said.
  case cannotStart(cause: String)

  /// A sound file could not be written; `cause` is what FluidSynth said.
  case cannotWrite(path: String, cause: String)

  /// The sound card could not be opened.
  case noSpeakers(device: String, cause: String)

  /// The sound card stopped taking sound.
  case speakersGone

  /// These speakers are playing already.
  case alreadyPlaying

  /// The musician stopped the work before the file at `path` was whole.
  case stopped(path: String)
}

extension SynthError: CustomStringConvertible {
  /// The sentence `cannot <verb phrase>: <cause>`, with what to do where we know.
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
