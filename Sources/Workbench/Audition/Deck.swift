import MIDI

/// Plays, pauses and winds one take; when its player fails, the take goes on in silence.
///
/// ``Playing`` leaves pausing and winding to its output, which does both exactly to the event and at any
/// tempo. Here the player is stopped and started again, so that both also work without an output.
actor Deck {
  /// The state of a deck.
  struct State: Sendable {
    /// Nanoseconds into the take, 0…its length.
    var position: Int64 = 0
    var isPlaying = false
    /// What went wrong with the sound; reported only once.
    var fault: (any Error)?
  }

  private var player: any AuditionPlayer
  private var events: [MIDIEvent] = []
  private var length: Int64 = 0
  private var task: Task<Void, Never>?
  /// The number of the current start of playing; ends of earlier ones are ignored.
  private var run = 0
  /// Nanoseconds into the take: the position while paused, the last known one while playing.
  private var position: Int64 = 0
  private var fault: (any Error)?
  /// Called when a take was played to its end.
  private var whenOver: @Sendable () -> Void = {}

  init(player: any AuditionPlayer) { self.player = player }

  /// Loads a take, paused at its beginning.
  func load(_ events: [MIDIEvent], length: Int64) async {
    await pause()
    self.events = events
    self.length = length
    position = 0
  }

  /// The state now; a fault is reported only once.
  var state: State {
    get async {
      if task != nil, let now = try? await player.position, task != nil {
        position = min(length, max(0, now))
      }
      defer { fault = nil }
      return State(position: position, isPlaying: task != nil, fault: fault)
    }
  }

  /// Whether playing has stopped at the take's end.
  var isOver: Bool { task == nil && !events.isEmpty && position >= length }

  /// Sets what is done whenever a take was played to its end.
  func whenOver(_ action: @escaping @Sendable () -> Void) { whenOver = action }

  /// Plays from the position, or from the beginning if that is the end.
  func play() {
    guard task == nil, !events.isEmpty else { return }
    if position >= length { position = 0 }
    run += 1
    let (run, player, events, position) = (run, player, events, position)
    task = Task {
      do {
        try await player.sound(events, from: position)
        self.end(of: run)
      } catch {
        self.end(of: run, by: error)
      }
    }
  }

  /// Pauses, in silence.
  func pause() async {
    guard let task else { return }
    position = await state.position
    run += 1
    self.task = nil
    task.cancel()
    await task.value
  }

  /// Moves to a place in the take, in nanoseconds, and plays on if it was playing.
  func seek(to place: Int64) async {
    let wasPlaying = task != nil
    await pause()
    position = min(length, max(0, place))
    if wasPlaying, position < length { play() }
  }

  private func end(of run: Int, by error: (any Error)? = nil) {
    guard run == self.run else { return }
    task = nil
    guard let error else {
      position = length
      return whenOver()
    }
    fault = error
    player = SilentPlayer()
    play()
  }
}
