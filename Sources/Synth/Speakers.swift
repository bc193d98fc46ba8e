public import MIDI

/// Plays takes by FluidSynth to the default PCM device of ALSA.
///
/// However playing ends (at the end of the take, by `stop()` or cancellation), all keys
/// and pedals are released.
public actor Speakers {
  /// The name by which a user selects them.
  public static let name = "speakers"

  private let speakers: OpenSpeakers
  private var stage: Stage { speakers.stage }
  private var isPlaying = false
  private var isPaused = false
  private var isStopped = false

  /// Opens the sound card.
  ///
  /// - Parameters:
  ///   - soundFont: the SoundFont.
  ///   - device: the name of a PCM device of ALSA.
  /// - Throws: `SynthError.badSoundFont`, `.cannotStart`, `.noSpeakers`.
  public init(
    soundFont: SoundFont, sound: Sound = Sound(), device: String = "default"
  ) throws(SynthError) {
    speakers = try OpenSpeakers(soundFont: soundFont, sound: sound, device: device)
  }

  /// Plays `events`, and returns when the last has died away or `stop()` was called.
  ///
  /// - Parameters:
  ///   - events: in order of their times.
  ///   - position: where to begin, in nanoseconds of the take.
  ///   - tempo: how fast, above 0; 1 as recorded, 2 twice as fast.
  ///   - progress: called some twenty times a second.
  /// - Throws: `SynthError.speakersGone`, `.alreadyPlaying`; `CancellationError`.
  public func play(
    _ events: [MIDIEvent], from position: Int64 = 0, tempo: Double = 1,
    progress: @Sendable (PlaybackProgress) -> Void = { _ in }
  ) async throws {
    guard !isPlaying else { throw SynthError.alreadyPlaying }
    isPlaying = true
    isPaused = false
    isStopped = false
    defer { isPlaying = false }
    stage.begin(events, at: position, tempo: tempo)
    do {
      var (frames, still) = (stage.frames, 0)
      while !isStopped, !stage.isOver {
        if let now = self.progress { progress(now) }
        try await Task.sleep(for: .milliseconds(40))
        still = stage.frames == frames ? still + 1 : 0
        frames = stage.frames
        // A second in which the sound card has not asked for frames.
        guard still < 25 else { throw SynthError.speakersGone }
      }
      try await dieAway()
    } catch {
      stage.halt()
      throw error
    }
  }

  /// The current progress; nil when nothing is played.
  public var progress: PlaybackProgress? {
    guard isPlaying else { return nil }
    let place = stage.place
    return PlaybackProgress(position: place.position, isPaused: isPaused, tempo: place.tempo)
  }

  /// Pauses; keys and pedals are released.
  public func pause() {
    guard isPlaying, !isPaused, !isStopped else { return }
    isPaused = true
    stage.halt()
  }

  /// Resumes after `pause()`; pedals and controllers are restored.
  public func resume() {
    guard isPlaying, isPaused, !isStopped else { return }
    isPaused = false
    stage.goOn(at: nil)
  }

  /// Seeks to `position`, in nanoseconds of the take; paused speakers stay paused.
  public func seek(to position: Int64) {
    guard isPlaying, !isStopped else { return }
    stage.halt()
    if isPaused {
      stage.stand(at: position)
    } else {
      stage.goOn(at: position)
    }
  }

  /// Changes the tempo, above 0: 1 as recorded, 2 twice as fast. Sounding notes continue.
  public func setTempo(_ tempo: Double) {
    guard isPlaying, !isStopped else { return }
    stage.setTempo(tempo)
  }

  /// Stops playing at once; `play` returns.
  public func stop() {
    guard isPlaying, !isStopped else { return }
    isStopped = true
    stage.halt()
  }

  /// After `stop()`, waits up to 0.3 seconds for released notes to fade, since cutting them off would click.
  private func dieAway() async throws {
    for _ in 0..<10 where isStopped && !stage.isSilent {
      try await Task.sleep(for: .milliseconds(30))
    }
  }
}
