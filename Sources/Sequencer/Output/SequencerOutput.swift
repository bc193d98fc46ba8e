internal import Glibc
public import MIDI

/// Plays takes to a port, from a client called "woodshed" that patchbays show.
///
/// The kernel does the timing: events are put into a sequencer queue a little ahead of time. However playing
/// ends (at the end, by `stop()`, cancellation or an error), all keys and pedals are released.
public actor SequencerOutput {
  /// How far ahead of time events are handed to the kernel, in nanoseconds.
  private static let ahead: Int64 = 400_000_000

  /// The interval of handing over: a tenth of `ahead`, so that it may be late.
  private static let slice: Duration = .milliseconds(40)

  /// Cells of the kernel's pool that are left free for the longest chunk of system exclusive.
  private static let reserve = 200

  /// The port that is played to.
  public nonisolated let destination: PortIdentity

  private let client: SequencerClient
  private let queue: Int32
  private let port: UInt8
  private var playback: Playback?

  /// Opens an output and connects it to `destination`.
  ///
  /// - Parameter name: the name that patchbays show.
  /// - Throws: `SequencerError.cannotOpen`, `.refused`.
  public init(to destination: SequencerPort, name: String = "woodshed") throws(SequencerError) {
    client = try SequencerClient(name: name)
    // Half of the largest buffer of a receiver, so that a burst arrives in parts, with
    // time to read in between.
    try client.makeRoom(input: 200, output: 1000)
    queue = try client.makeQueue(name)
    port = try client.makePort("out", for: .speaking, stampingQueue: nil)
    try client.connect(port, to: destination.address)
    self.destination = destination.identity
  }

  /// Plays `events`, and returns when the last has been played or `stop()` was called.
  ///
  /// Keys and pedals that are still down at the end are released; otherwise nothing is added.
  ///
  /// - Parameters:
  ///   - events: in order of their times.
  ///   - position: where to begin, in nanoseconds of the take.
  ///   - tempo: how fast, above 0; 1 as recorded, 2 twice as fast.
  ///   - progress: called some twenty times a second.
  /// - Throws: `SequencerError.portGone`, `.refused`, `.alreadyPlaying`; `CancellationError`.
  public func play(
    _ events: [MIDIEvent], from position: Int64 = 0, tempo: Double = 1,
    progress: @Sendable (PlaybackProgress) -> Void = { _ in }
  ) async throws {
    guard playback == nil else { throw SequencerError.alreadyPlaying }
    let button = PanicButton(Silence.messages(after: events), client: client, port: port)
    defer {
      playback = nil
      withExtendedLifetime(button) {}
    }
    do {
      // Reset to 0 and stopped: the queue is filled before it runs.
      try client.start(queue)
      try client.stop(queue)
      playback = Playback(
        events, from: position, tempo: tempo, queueTime: try client.time(of: queue))
      try setInstrument()
      try run()
      while try !isAllPlayed() {
        try client.watch(connectionTo: destination)
        if let now = try self.progress { progress(now) }
        try await Task.sleep(for: Self.slice)
        try fill()
      }
      if playback?.isStopped == false { try sendNow(KeyboardState(after: events).release) }
      try client.stop(queue)
    } catch {
      try? silence(events)
      try? client.stop(queue)
      throw error
    }
  }

  /// The current progress; nil when nothing is played.
  public var progress: PlaybackProgress? {
    get throws(SequencerError) {
      guard let playback else { return nil }
      let position = playback.clock.position(at: try client.time(of: queue))
      return PlaybackProgress(
        position: position, isPaused: playback.isPaused, tempo: playback.clock.tempo)
    }
  }

  // MARK: - While it plays

  /// Pauses; keys and pedals are released.
  public func pause() throws(SequencerError) {
    guard let playback, !playback.isPaused, !playback.isStopped else { return }
    try halt()
    try silence(playback.events)
    self.playback?.isPaused = true
  }

  /// Resumes after `pause()`; pedals and controllers are restored.
  public func resume() throws(SequencerError) {
    guard let playback, playback.isPaused, !playback.isStopped else { return }
    self.playback?.isPaused = false
    try setInstrument()
    try run()
  }

  /// Seeks to `position`, in nanoseconds of the take; a paused output stays paused.
  public func seek(to position: Int64) throws(SequencerError) {
    guard let playback, !playback.isStopped else { return }
    let now = try halt()
    try silence(playback.events)
    self.playback?.seek(to: position, at: now)
    guard !playback.isPaused else { return }
    try setInstrument()
    try run()
  }

  /// Changes the tempo, above 0: 1 as recorded, 2 twice as fast. Sounding notes continue.
  public func setTempo(_ tempo: Double) throws(SequencerError) {
    guard let playback, !playback.isStopped else { return }
    let now = try halt()
    self.playback?.setTempo(tempo, at: now)
    if !playback.isPaused { try run() }
  }

  /// Stops and silences the instrument at once; `play` returns.
  public func stop() throws(SequencerError) {
    guard let playback, !playback.isStopped else { return }
    self.playback?.isStopped = true
    try halt()
    try silence(playback.events)
  }

  /// Makes the program silence the instrument before it ends by a fault signal such as SIGSEGV or SIGABRT, as
  /// far as a signal handler can.
  public static func silenceOnFaults() { PanicButton.arm() }

  // MARK: - Inside

  /// Stops the queue and removes the events that it has not played.
  ///
  /// - Returns: the time at which the queue is stopped.
  @discardableResult
  private func halt() throws(SequencerError) -> Int64 {
    try client.stop(queue)
    let now = try client.time(of: queue)
    try client.takeBack()
    playback?.takeBack(at: now)
    return now
  }

  /// Hands over the first events and continues the queue.
  private func run() throws(SequencerError) {
    try fill()
    try client.resume(queue)
  }

  /// Hands over the events of the near future, as many as there is room for.
  private func fill() throws(SequencerError) {
    guard var playback, !playback.isPaused, !playback.isStopped else { return }
    defer { self.playback = playback }
    let horizon = try client.time(of: queue) + Self.ahead
    // Nothing may be left in the buffer, since the event that starts the clock would wait behind it.
    var room = try client.outputCells().free - Self.reserve
    while room > 0, let (event, time) = playback.part(before: horizon) {
      room -= event.cells
      if try !client.put(event, from: port, on: queue, at: time) {
        guard try client.flush() else { return }
        continue
      }
      playback.advance()
    }
    try client.flush()
  }

  private func isAllPlayed() throws(SequencerError) -> Bool {
    guard let playback, !playback.isStopped else { return true }
    guard playback.isAllSent, !playback.isPaused, try client.flush() else { return false }
    return try client.hasPlayedAll()
  }

  /// Sets pedals, controllers, programs and bends to their state at this point of the take.
  private func setInstrument() throws(SequencerError) {
    if let playback { try sendNow(playback.state.settingMessages) }
  }

  private func silence(_ events: [MIDIEvent]) throws(SequencerError) {
    try client.takeBack()
    try sendNow(Silence.messages(after: events))
  }

  private func sendNow(_ messages: [MIDIMessage]) throws(SequencerError) {
    for event in messages.flatMap(EventEncoder.encode) {
      if try client.put(event, from: port, on: nil) { continue }
      try client.flush()
      if try !client.put(event, from: port, on: nil) {
        throw .refused(task: "send to the sequencer", code: -EAGAIN)
      }
    }
    try client.flush()
  }
}
