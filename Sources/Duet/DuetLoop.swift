import Dispatch
import Foundation
import MIDI
package import Sequencer
import Synchronization

/// Drives a ``DuetEngine`` in real time, on a thread of its own.
///
/// Events come from any thread and are only put down there; the thread wakes at once for each, and otherwise
/// every two milliseconds.
package final class DuetLoop: Sendable {
  /// What a duet is doing.
  package struct Status: Sendable {
    /// The time, in nanoseconds on the clock of the input.
    package var now: Int64 = 0
    /// Whether the model is playing.
    package var isAnswering = false
    /// Whether the model does nothing until the musician has played or asks for an answer.
    package var isMusiciansTurn = true
    /// The probability that the model gives to a silence as long as the present one.
    package var silenceProbability = 1.0
    /// Of what lies ahead: the notes' pitches and times.
    package var notesAhead: [(pitch: UInt8, nanoseconds: Int64)] = []
    /// By how much the thread has at most been late, in nanoseconds.
    package var longestPause: Int64 = 0
  }

  /// What becomes of that which the model plays to.
  package enum VoiceNews: Hashable, Sendable {
    /// The instrument of this name is gone.
    case lost(name: String)
    /// It is back.
    case found
  }

  private enum Request: Sendable {
    case hear(StampedEvent)
    case answer
    case change(DuetSettings)
    case stop
  }

  private static let tick = DispatchTimeInterval.milliseconds(2)

  /// What is to be done; `nil` once the loop has ended, so that nothing gathers here.
  private let inbox = Mutex<[Request]?>([])
  private let isFilled = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)
  private let shown = Mutex(Status())
  private let worker: Worker

  /// Starts.
  ///
  /// - Parameters:
  ///   - engine: The engine, which from now on only the loop's thread uses.
  ///   - probes: Whether to find out first, by a note, whether what is played comes back as an echo.
  ///   - now: The time on the clock of the input, in nanoseconds.
  ///   - voice: Is told, on the loop's thread, when the instrument is lost and found again.
  ///   - failed: Is called once, on the loop's thread, with the error that has ended the loop.
  package init(
    _ engine: sending DuetEngine, probes: Bool = false,
    now: @escaping @Sendable () throws -> Int64,
    voice: @escaping @Sendable (VoiceNews) -> Void = { _ in },
    failed: @escaping @Sendable (any Error) -> Void
  ) {
    worker = Worker(engine: engine, now: now, told: voice)
    let thread = Thread { [self] in
      do {
        if probes { try worker.probe() }
        while try turn() {}
      } catch {
        try? worker.stop()
        failed(error)
      }
      inbox.withLock { $0 = nil }
      hasEnded.signal()
    }
    thread.name = "woodshed-duet"
    thread.qualityOfService = .userInteractive
    thread.start()
  }

  /// Hears an event; never blocks for long.
  package func hear(_ event: StampedEvent) { ask(.hear(event)) }

  /// Asks the model to answer now.
  package func answer() { ask(.answer) }

  /// Changes how the model answers from here on.
  package func change(to settings: DuetSettings) { ask(.change(settings)) }

  /// Ends the duet, and returns when nothing of the model sounds any more.
  package func stop() {
    ask(.stop)
    hasEnded.wait()
    hasEnded.signal()
  }

  /// What is happening.
  package var status: Status { shown.withLock(\.self) }

  private func ask(_ request: Request) {
    inbox.withLock { $0?.append(request) }
    isFilled.signal()
  }

  /// Handles what has come, and lets time pass; returns whether to go on.
  private func turn() throws -> Bool {
    _ = isFilled.wait(timeout: worker.engine.isBehind ? .now() : .now() + Self.tick)
    let requests = inbox.withLock { inbox in
      defer { inbox?.removeAll(keepingCapacity: true) }
      return inbox ?? []
    }
    for request in requests {
      switch request {
      case .hear(let event): try worker.hear(event)
      case .answer: try worker.answer()
      case .change(let settings): worker.engine.settings = settings
      case .stop:
        try worker.stop()
        return false
      }
    }
    if let status = try worker.advance() { shown.withLock { $0 = status } }
    return true
  }

  /// The state of the thread, which alone uses it.
  private final class Worker: @unchecked Sendable {
    let engine: DuetEngine
    private let now: () throws -> Int64
    private let told: (VoiceNews) -> Void
    private var last: Int64?
    /// When it looked last whether the instrument is there.
    private var lookedAt: Int64 = 0
    private static let interval: Int64 = 500_000_000
    /// When it said last what is happening, and how often it does, in nanoseconds.
    private var shownAt: Int64 = 0
    private static let showing: Int64 = 20_000_000
    private var longestPause: Int64 = 0
    /// The keys that are down, by the port that they are struck at.
    private var keys: [PortIdentity: Set<UInt8>] = [:]

    init(
      engine: DuetEngine, now: @escaping () throws -> Int64, told: @escaping (VoiceNews) -> Void
    ) {
      self.engine = engine
      self.now = now
      self.told = told
    }

    /// Does what may find that the instrument is gone.
    private func attempt(_ body: () throws -> Void) throws {
      do {
        try body()
      } catch SequencerError.portGone(let name) {
        let time = try now()
        engine.loseVoice(at: time)
        lookedAt = time
        told(.lost(name: name))
      }
    }

    /// Looks now and then whether the instrument is gone or back.
    private func look(at now: Int64) throws {
      guard now - lookedAt >= Self.interval else { return }
      lookedAt = now
      if engine.isMute {
        if engine.findVoice() { told(.found) }
      } else if !engine.isAnswering {
        try attempt { try engine.feelVoice() }
      }
    }

    func probe() throws { try attempt { try engine.probe(at: now()) } }

    func hear(_ stamped: StampedEvent) throws {
      switch stamped.event {
      case .message(let message, let port):
        if case .channel(_, let pitch, _) = message {
          if message.isNoteOn { keys[port, default: []].insert(pitch) }
          if message.isNoteOff { keys[port]?.remove(pitch) }
        }
        try hear(message, at: stamped.nanoseconds)
      case .unplugged(let port):
        for pitch in (keys.removeValue(forKey: port) ?? []).sorted() {
          try hear(.noteOff(pitch: pitch), at: stamped.nanoseconds)
        }
        try hear(
          .control(controller: MIDIMessage.sustainController, value: 0), at: stamped.nanoseconds)
      case .plugged, .overrun: break
      }
    }

    private func hear(_ message: MIDIMessage, at time: Int64) throws {
      try attempt { try engine.hear(message, at: time) }
    }

    func answer() throws { try attempt { try engine.answer(at: now()) } }

    func stop() throws { try attempt { try engine.stop(at: now()) } }

    /// Lets time pass; returns what is happening, as often as it is looked at.
    func advance() throws -> Status? {
      let now = try now()
      if let last { longestPause = max(longestPause, now - last) }
      last = now
      try attempt { try engine.advance(to: now) }
      try look(at: now)
      guard now - shownAt >= Self.showing else { return nil }
      shownAt = now
      var status = Status()
      status.now = now
      status.isAnswering = engine.isAnswering
      status.isMusiciansTurn = engine.isMusiciansTurn
      status.silenceProbability = engine.silenceProbability(at: now)
      status.notesAhead = engine.lyingAhead.compactMap { planned in
        guard planned.message.isNoteOn, case .channel(_, let pitch, _) = planned.message else {
          return nil
        }
        return (pitch, planned.nanoseconds)
      }
      status.longestPause = longestPause
      return status
    }
  }
}

/// An instrument at a port.
extension LiveOutput: DuetVoice {}
