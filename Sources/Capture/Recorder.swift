import Disk
import Foundation
import Library
import MIDI
import Sequencer

/// Makes takes of what is played and stores them while they are played.
///
/// It takes any sequence of stamped events: a port, or a list in a test. Every 100 ms what was heard
/// goes into the library; while that fails, it is kept in memory and tried again.
actor Recorder {
  /// How often what was heard is stored: a fifth of the half second that a crash may cost.
  static let pause = Duration.milliseconds(100)
  private let start: Date
  private let request: RecordRequest
  private let patience: Double
  private let report: @Sendable (RecorderNews) -> Void
  private var store: RecordingStore
  private var splitter: TakeSplitter<PortIdentity>
  private var gestures = GestureReader<PortIdentity>()
  private var lookBack: [StampedEvent] = []
  /// The latest time that was heard of, in nanoseconds of the recording.
  private var present: Int64 = 0

  private var recorded: [RecordReport.RecordedLine] = []
  private var overruns = 0
  private var isHolding = false
  private var pedals: Set<PortIdentity> = []
  private var velocities: [UInt8] = []
  private var strokes: [(pitch: UInt8, nanoseconds: Int64)] = []

  /// - Parameters:
  ///   - library: Opened with full durability.
  ///   - start: The time of day at nanosecond 0 of the events.
  ///   - name: What the session is called.
  ///   - patience: Seconds that the end waits for a library that does not take what was played.
  ///   - report: Hears what there is to say.
  init(
    library: TakeLibrary, start: Date, name: String, request: RecordRequest,
    patience: Double = 3, report: @escaping @Sendable (RecorderNews) -> Void
  ) {
    self.start = start
    self.request = request
    self.patience = patience
    self.report = report
    store = RecordingStore(
      library: library, session: NewSession(kind: .recording, name: name, startedAt: start))
    splitter = TakeSplitter(
      silence: Int64(request.splitSeconds * 1e9),
      longestHold: Int64(request.longestHoldSeconds * 1e9))
  }

  /// Records until the events end.
  ///
  /// - Parameters:
  ///   - now: The present, in nanoseconds on the clock of the events.
  ///   - rescueFolders: Where to put what the library does not take.
  func record<Events: AsyncSequence & Sendable>(
    _ events: Events, now: @escaping @Sendable () throws -> Int64, rescueFolders: [URL]
  ) async throws -> RecordReport where Events.Element == StampedEvent {
    let ticking = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.pause)
        guard !Task.isCancelled else { break }
        // The sequencer that gives no time any more ends the events by itself.
        tick(now: (try? now()) ?? present)
      }
    }
    var failure: (any Error)?
    do {
      for try await event in events { receive(event) }
    } catch {
      failure = error
    }
    ticking.cancel()
    let result = await finish(rescueFolders: rescueFolders)
    guard let failure else { return result }
    // What was played is told in any case, and so is why it ended.
    if result.takes.isEmpty, result.rescueFiles.isEmpty, result.lostEvents == 0 { throw failure }
    report(.brokenOff(cause: "\(failure)"))
    return result
  }

  // MARK: - Hearing

  /// Takes in what happened.
  func receive(_ stamped: StampedEvent) {
    present = max(present, stamped.nanoseconds)
    announce(stamped.event)
    if request.lookBackMinutes != nil {
      lookBack.append(stamped)
      // Seldom and much rather than often and little: it moves what is kept.
      if lookBack.count % 4096 == 0 { forget() }
      if case .message(let message, let source) = stamped.event {
        show(message, source, stamped.nanoseconds)
      }
    } else {
      take(in: stamped)
    }
  }

  private func announce(_ event: InputEvent) {
    switch event {
    case .plugged(let port): report(.plugged(name: port.name))
    case .overrun:
      overruns += 1
      report(.overrun)
    default: break
    }
  }

  private func take(in stamped: StampedEvent) {
    let time = stamped.nanoseconds
    switch stamped.event {
    case .message(let message, let source):
      let heard = GestureReader.Heard(message: message, source: source, nanoseconds: time)
      if request.gestures {
        follow(gestures.receive(heard))
      } else {
        follow([.heard(heard)])
      }
    case .unplugged(let port):
      follow(gestures.finish())
      let releases = splitter.release(port)
      store.updateOpen { take in
        for message in releases { take.add(message, at: time) }
        take.mark(.unplugged, port.name, at: time)
      }
      pedals.remove(port)
      report(.unplugged(name: port.name, notes: releases.count { $0.isNoteOff }))
    case .overrun: store.updateOpen { $0.mark(.overrun, at: time) }
    case .plugged: break
    }
  }

  private func follow(_ outputs: [GestureReader<PortIdentity>.Output]) {
    for output in outputs {
      switch output {
      case .heard(let heard):
        if splitter.receive(heard.message, from: heard.source, at: heard.nanoseconds) {
          store.end()
          store.begin(
            startedAt: start.addingTimeInterval(Double(heard.nanoseconds) / 1e9),
            start: heard.nanoseconds)
        }
        store.updateOpen { $0.add(heard.message, at: heard.nanoseconds) }
        show(heard.message, heard.source, heard.nanoseconds)
      case .gesture(let gesture, let time): obey(gesture, at: time)
      }
    }
  }

  private func obey(_ gesture: Gesture, at time: Int64) {
    var done = store.open != nil
    let date = start.addingTimeInterval(Double(time) / 1e9)
    switch gesture {
    case .bookmark: store.updateOpen { $0.mark(.bookmark, at: time) }
    case .split:
      splitter.close()
      store.end()
    case .keep: done = store.judgeLast(.keep, at: date)
    case .discard: done = store.judgeLast(.discard, at: date)
    }
    report(.gesture(gesture, done: done))
  }

  private func show(_ message: MIDIMessage, _ source: PortIdentity, _ time: Int64) {
    guard case .channel(let status, let data1, let data2) = message else { return }
    switch (status & 0xF0, data1) {
    case (0x90, _) where data2 > 0:
      velocities = velocities.suffix(7) + [data2]
      if let last = strokes.last, time - last.nanoseconds > 60_000_000 { strokes = [] }
      strokes.append((data1, time))
    case (0xB0, MIDIMessage.sustainController):
      if data2 >= 64 { pedals.insert(source) } else { pedals.remove(source) }
    default: break
    }
  }

  // MARK: - Looking back

  /// Stores what was heard in the last minutes, and goes on listening.
  func keepLookBack() {
    forget()
    let played = lookBack.filter(\.isMessage)
    let length = (played.last?.nanoseconds ?? 0) - (played.first?.nanoseconds ?? 0)
    report(.lookedBack(seconds: Double(length) / 1e9, events: played.count))
    guard !played.isEmpty else { return }
    for stamped in lookBack { take(in: stamped) }
    lookBack = []
    follow(gestures.finish())
    splitter.close()
    store.end()
    write()
  }

  /// Forgets what was heard longer ago than is looked back over.
  private func forget() {
    guard let minutes = request.lookBackMinutes else { return }
    let earliest = present - Int64(minutes * 60e9)
    let first = lookBack.firstIndex { $0.nanoseconds >= earliest } ?? lookBack.count
    lookBack.removeFirst(first)
  }

  // MARK: - Storing

  /// Ends takes whose silence is long enough, and stores what was heard.
  func tick(now: Int64) {
    present = max(present, now)
    follow(gestures.wait(until: now))
    if let deadline = splitter.deadline, now >= deadline {
      splitter.close()
      store.end()
    }
    write()
  }

  private func write() {
    do {
      let stored = try store.flush()
      if isHolding {
        isHolding = false
        report(.caughtUp)
      }
      for take in stored {
        let seconds = Double(take.nanoseconds) / 1e9
        recorded.append(.init(number: take.number, seconds: seconds, notes: take.noteCount))
        report(.stored(take: take.number, seconds: seconds, notes: take.noteCount))
      }
    } catch {
      if !isHolding { report(.holding(cause: "\(error)")) }
      isHolding = true
    }
  }

  /// Ends the take that is played and stores all there is, in the library or elsewhere.
  func finish(rescueFolders: [URL]) async -> RecordReport {
    follow(gestures.finish())
    splitter.close()
    store.end()
    write()
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(patience)
    while !store.isEmpty, clock.now < deadline {
      try? await Task.sleep(for: .milliseconds(200))
      write()
    }
    var result = RecordReport(
      takes: recorded, rescueFiles: [], lostEvents: 0, overruns: overruns)
    if store.unsavedEvents > 0 {
      let rescued = store.rescue(to: rescueFolders, at: Date())
      result.rescueFiles = rescued.files.map(\.plainPath)
      result.lostEvents = rescued.lost
    }
    return result
  }

  /// What to show, at a time in nanoseconds on the clock of the events.
  func status(now: Int64) -> RecorderStatus {
    let open = store.open
    let latestStroke = strokes.last?.nanoseconds ?? 0
    return RecorderStatus(
      seconds: Double(now) / 1e9,
      takeSeconds: open.map { Double(max(0, now - $0.start)) / 1e9 },
      take: open?.number, notes: open?.noteCount ?? 0, storedTakes: recorded.count,
      isPedalDown: !pedals.isEmpty, velocities: velocities,
      chord: now - latestStroke < 5_000_000_000 ? Set(strokes.map(\.pitch)).sorted() : [],
      heldEvents: isHolding ? store.unsavedEvents : 0,
      isLookingBack: request.lookBackMinutes != nil)
  }
}

extension StampedEvent {
  fileprivate var isMessage: Bool {
    if case .message = event { true } else { false }
  }
}

extension MIDIMessage {
  fileprivate var isNoteOff: Bool {
    guard case .channel(let status, _, _) = self else { return false }
    return status & 0xF0 == 0x80
  }
}
