import MIDI

/// One take being played, paused and wound; when its player fails, the clock alone goes on.
///
/// ``Playing`` leaves pausing and winding to its output, which does both to the event and at any tempo.
/// They are done here, by ending and beginning again, so that they work where nothing sounds, too.
actor Deck {
  /// Where a take is.
  struct State: Sendable {
    /// Nanoseconds into the take, 0…its length.
    var position: Int64 = 0
    var isPlaying = false
    /// What went wrong with the sound, said once.
    var fault: (any Error)?
  }

  private var player: any AuditionPlayer
  private var events: [MIDIEvent] = []
  private var length: Int64 = 0
  private var task: Task<Void, Never>?
  /// Which start of playing it is; an end of an older one means nothing.
  private var run = 0
  /// Where the take stands while nothing is played, and where it was last seen while something is.
  private var position: Int64 = 0
  private var fault: (any Error)?
  /// What is done when a take was played to its end.
  private var whenOver: @Sendable () -> Void = {}

  init(player: any AuditionPlayer) { self.player = player }

  /// Puts a take on, at its beginning and not yet playing.
  func load(_ events: [MIDIEvent], length: Int64) async {
    await pause()
    self.events = events
    self.length = length
    position = 0
  }

  /// Where it is now; a fault is told once.
  var state: State {
    get async {
      if task != nil, let now = try? await player.position, task != nil {
        position = min(length, max(0, now))
      }
      defer { fault = nil }
      return State(position: position, isPlaying: task != nil, fault: fault)
    }
  }

  /// Whether it stands still at the take's end.
  var isOver: Bool { task == nil && !events.isEmpty && position >= length }

  /// Does `action` from now on whenever a take was played to its end.
  func whenOver(_ action: @escaping @Sendable () -> Void) { whenOver = action }

  /// Plays on; from the beginning when it is at the end.
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

  /// Stands still, in silence.
  func pause() async {
    guard let task else { return }
    position = await state.position
    run += 1
    self.task = nil
    task.cancel()
    await task.value
  }

  /// Goes to a place in the take, and goes on if it was playing.
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
