import MIDI
package import Sequencer
import Synchronization

/// Recognises what a model has played when it comes back at the input, as from an instrument that repeats what
/// it receives: such notes are nobody's playing.
///
/// A note is an echo when it equals one of the model's, in key and velocity, and arrives within 80 ms after it;
/// then its note-off is one too.
package final class EchoFilter: Sendable {
  /// How long an echo may take, in nanoseconds.
  static let longest: Int64 = 80_000_000
  /// By how much the clocks of what is sent and received may differ, in nanoseconds.
  private static let tolerance: Int64 = 2_000_000

  private struct Sent {
    var pitch: UInt8
    var velocity: UInt8
    var time: Int64
  }

  private struct Key: Hashable {
    var port: PortIdentity
    var pitch: UInt8
  }

  private struct State {
    var sent: [Sent] = []
    /// Keys whose note-on was an echo, and whose note-off is none of the musician's either.
    var echoed: Set<Key> = []
    var count = 0
  }

  private let state = Mutex(State())

  /// A filter that knows of nothing sent.
  package init() {}

  /// How many notes were echoes.
  package var count: Int { state.withLock(\.count) }

  /// Takes note of a message that the model sends at a time in nanoseconds, which may lie ahead.
  func sends(_ message: MIDIMessage, at time: Int64) {
    guard message.isNoteOn, case .channel(_, let pitch, let velocity) = message else { return }
    state.withLock { $0.sent.append(Sent(pitch: pitch, velocity: velocity, time: time)) }
  }

  /// Forgets what was to be sent after a time in nanoseconds.
  func withdraws(after time: Int64) {
    state.withLock { $0.sent.removeAll { $0.time > time } }
  }

  /// Whether an event that arrives is an echo. To be asked once for each event, in the order of arrival.
  package func isEcho(_ event: StampedEvent) -> Bool {
    switch event.event {
    case .message(let message, let port):
      guard message.isNoteOn || message.isNoteOff,
        case .channel(_, let pitch, let velocity) = message
      else { return false }
      let key = Key(port: port, pitch: pitch)
      let time = event.nanoseconds
      return state.withLock { state in
        guard message.isNoteOn else { return state.echoed.remove(key) != nil }
        state.sent.removeAll { time - $0.time > Self.longest }
        let place = state.sent.firstIndex {
          $0.pitch == pitch && $0.velocity == velocity && time - $0.time >= -Self.tolerance
        }
        guard let place else { return false }
        state.sent.remove(at: place)
        state.echoed.insert(key)
        state.count += 1
        return true
      }
    case .unplugged(let port):
      state.withLock { state in state.echoed = state.echoed.filter { $0.port != port } }
      return false
    case .plugged, .overrun: return false
    }
  }
}
