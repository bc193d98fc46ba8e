import MIDI

/// An output for a take in an audition: a port, a synth, or only a clock.
protocol AuditionPlayer: Sendable {
  /// Plays events, which are in order of time, from `position` in nanoseconds; returns when the last
  /// was played, or throws soon after its task is cancelled. No key and no pedal stays down.
  func sound(_ events: [MIDIEvent], from position: Int64) async throws

  /// Where playing is, in nanoseconds of the take; nil when nothing is played.
  var position: Int64? { get async throws }
}

/// A clock in place of an output, where there is neither a port nor a synth.
actor SilentPlayer: AuditionPlayer {
  private var start: (instant: ContinuousClock.Instant, position: Int64)?

  func sound(_ events: [MIDIEvent], from position: Int64) async throws {
    start = (.now, position)
    defer { start = nil }
    try await Task.sleep(for: .nanoseconds(max(0, (events.last?.nanoseconds ?? 0) - position)))
  }

  var position: Int64? {
    start.map { $0.position + Int64((ContinuousClock.now - $0.instant) / .nanoseconds(1)) }
  }
}
