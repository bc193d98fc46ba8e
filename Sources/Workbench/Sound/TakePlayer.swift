import Foundation
import MIDI
import Sequencer
import Synth

/// An output that plays takes: an instrument at a port, or the speakers.
///
/// However playing ends, all keys and pedals are released.
protocol TakePlayer: AuditionPlayer {
  /// Plays events, which are in order of time, from `position` in nanoseconds; returns when the last
  /// was played or ``stop()`` was called.
  func play(
    _ events: [MIDIEvent], from position: Int64, tempo: Double,
    progress: @Sendable (PlaybackProgress) -> Void
  ) async throws
  /// Where playing is; nil when nothing is played.
  var progress: PlaybackProgress? { get async throws }
  /// Pauses.
  func pause() async throws
  /// Resumes after ``pause()``.
  func resume() async throws
  /// Seeks to `position`, in nanoseconds; stays paused if it is.
  func seek(to position: Int64) async throws
  /// Changes the tempo, above 0; 1 as recorded.
  func setTempo(_ tempo: Double) async throws
  /// Stops, with all notes off.
  func stop() async throws
}

extension TakePlayer {
  func sound(_ events: [MIDIEvent], from position: Int64) async throws {
    try await play(events, from: position, tempo: 1) { _ in }
  }

  var position: Int64? {
    get async throws { try await progress?.position }
  }
}

extension SequencerOutput: TakePlayer {}

extension Speakers: TakePlayer {}

extension PlayRequest {
  /// Opens the output and returns it with its name: the port that is named; without a
  /// name the only device there is, else the only program, else this machine's speakers.
  ///
  /// - Throws: `SequencerError`, `SynthError`, ``WorkbenchError``.
  func openPlayer() throws -> (player: any TakePlayer, name: String) {
    if port == Speakers.name { return try openSpeakers() }
    let target: SequencerPort
    do {
      target = try SequencerPort.toPlayTo(named: port)
    } catch let error as SequencerError where port == nil {
      switch error {
      // No port, or no sequencer at all.
      case .noSuchPort, .cannotOpen: return try openSpeakers()
      default: throw error
      }
    }
    return (try SequencerOutput(to: target), target.name)
  }

  private func openSpeakers() throws -> (player: any TakePlayer, name: String) {
    ALSALibrary.beQuiet()
    let soundFont = try sound.findSoundFont()
    let speakers = try Speakers(soundFont: soundFont, sound: sound.sound())
    return (speakers, "the speakers, by \(soundFont.file.lastPathComponent)")
  }
}
