import Foundation
import MIDI
import Sequencer
import Synth

/// What plays a take: an instrument at a port, or the machine's own sound.
///
/// Whatever way playing ends, no key and no pedal stays down.
protocol TakePlayer: Sendable {
  /// Plays events, which are in order of time, from `position` in nanoseconds; returns when the last
  /// was played or ``stop()`` was called.
  func play(
    _ events: [MIDIEvent], from position: Int64, tempo: Double,
    progress: @Sendable (PlaybackProgress) -> Void
  ) async throws
  /// Where playing is; nil when nothing is played.
  var progress: PlaybackProgress? { get async throws }
  /// Stands still.
  func pause() async throws
  /// Goes on after ``pause()``.
  func resume() async throws
  /// Goes on at `position`, in nanoseconds; what is paused stays paused.
  func seek(to position: Int64) async throws
  /// Goes on at another tempo, above 0; 1 as recorded.
  func setTempo(_ tempo: Double) async throws
  /// Ends playing, in silence.
  func stop() async throws
}

extension SequencerOutput: TakePlayer {}

extension Speakers: TakePlayer {}

extension PlayRequest {
  /// Opens what is to be played to, and says what it is called: the port that is named; without a
  /// name the only device there is, else the only program, else this machine's speakers.
  ///
  /// - Throws: `SequencerError`, `SynthError`, ``WorkbenchError``.
  func openPlayer() throws -> (player: any TakePlayer, name: String) {
    if port == Speakers.name { return try openSpeakers() }
    guard let port else {
      // Where there is no sequencer at all there are no ports.
      let ports = (try? PortList.current())?.filter(\.isWritable) ?? []
      let devices = ports.filter { $0.kind == .hardware }
      let programs = ports.filter { $0.kind == .software }
      let candidates = devices.isEmpty ? programs : devices
      guard let first = candidates.first else { return try openSpeakers() }
      guard candidates.allSatisfy({ $0.address.client == first.address.client }) else {
        throw SequencerError.ambiguousPort(
          name: "an instrument",
          candidates: candidates.map { "\($0.address) \($0.name)" } + [Speakers.name])
      }
      return (try SequencerOutput(to: first), first.name)
    }
    let target = try PortQuery(port).only(of: PortList.current().filter(\.isWritable))
    return (try SequencerOutput(to: target), target.name)
  }

  private func openSpeakers() throws -> (player: any TakePlayer, name: String) {
    ALSALibrary.beQuiet()
    let soundFont = try sound.findSoundFont()
    let speakers = try Speakers(soundFont: soundFont, sound: sound.sound())
    return (speakers, "the speakers, by \(soundFont.file.lastPathComponent)")
  }
}
