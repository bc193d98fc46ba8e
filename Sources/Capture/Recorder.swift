import Disk
import Foundation
import Library
import MIDI
import Sequencer

/// Divides what is played into takes and stores them while they are played.
///
/// It takes any sequence of stamped events: a port, or a list in a test. New events are stored every 100 ms;
/// if that fails, they are kept in memory and tried again.
actor Recorder {
  /// The interval of storing: a fifth of the half second that a crash may cost.
  static let pause = Duration.milliseconds(100)
  /// How long before its first note a take may begin, when a pedal was put down then, in nanoseconds.
  private static let longestLead: Int64 = 2_000_000_000
  private let start: Date
  private let request: RecordRequest
  private let patience: Double
  private let report: @Sendable (RecorderNews) -> Void
  private var store: RecordingStore
  /// What a model plays beside, in the same session.
  private var answers: RecordingStore
  private var splitter: TakeSplitter<PortIdentity>
  private let chords: [Gesture: Set<UInt8>]
  private var gestures: GestureReader<PortIdentity>
  private var channels = Channels<PortIdentity>()
  private var chatter = Chatter()
  private var lookBack: [Kept] = []
  /// The latest known time, in nanoseconds of the recording.
  private var present: Int64 = 0

  private var recorded: [RecordReport.RecordedLine] = []
  private var overruns = 0
  private var everHeard = RecordReport.Heard()
  private var hasSaidDrums = false
  private var isHolding = false
  /// Whether the open take ends as soon as neither a key nor the pedal is down: a model has begun to answer.
  private var endsWhenLetGo = false
  private var pedals: Set<Pedal> = []
  private var velocities: [UInt8] = []
  private var strokes: [(pitch: UInt8, nanoseconds: Int64)] = []

  /// What was played, kept in look-back mode.
  private enum Kept {
    case heard(StampedEvent)
    case answer(RecordedAnswer)

    /// Its time, in nanoseconds; `nil` for the end of an answer.
    var nanoseconds: Int64? {
      switch self {
      case .heard(let stamped): stamped.nanoseconds
      case .answer(.begins(let time, _)): time
      case .answer(.plays(let event)): event.nanoseconds
      case .answer(.ends): nil
      }
    }

    /// Whether it is a note-on, of the musician or the model.
    var isStroke: Bool {
      switch self {
      case .heard(let stamped):
        if case .message(let message, _) = stamped.event { message.isNoteOn } else { false }
      case .answer(.plays(let event)): event.message.isNoteOn
      case .answer: false
      }
    }
  }

  private struct Pedal: Hashable {
    var source: PortIdentity
    var channel: UInt8
  }

  /// A recorder into a library.
  ///
  /// - Parameters:
  ///   - library: The library, opened with full durability.
  ///   - start: The time of day at nanosecond 0 of the events.
  ///   - name: The session's name.
  ///   - patience: How long to retry storing at the end, in seconds.
  ///   - report: Called with news.
  init(
    library: TakeLibrary, start: Date, name: String, request: RecordRequest,
    patience: Double = 3, report: @escaping @Sendable (RecorderNews) -> Void
  ) {
    self.start = start
    self.request = request
    self.patience = patience
    self.report = report
    chords = request.chords
    gestures = GestureReader(request.chords)
    let session = SessionHolder(NewSession(kind: .recording, name: name, startedAt: start))
    store = RecordingStore(library: library, session: session)
    answers = RecordingStore(library: library, session: session)
    splitter = TakeSplitter(
      silence: Int64(request.splitSeconds * 1e9),
      longestHold: Int64(request.longestHoldSeconds * 1e9))
  }

  /// Records until the events end.
  ///
  /// - Parameters:
  ///   - now: The current time, in nanoseconds on the clock of the events.
  ///   - rescueFolders: Folders for files with events that cannot be stored in the library.
  ///   - ending: Called when the events have ended, before the rest is stored.
  func record<Events: AsyncSequence & Sendable>(
    _ events: Events, now: @escaping @Sendable () throws -> Int64, rescueFolders: [URL],
    ending: @Sendable () async -> Void = {}
  ) async throws -> RecordReport where Events.Element == StampedEvent {
    let ticking = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.pause)
        guard !Task.isCancelled else { break }
        // If the sequencer fails to give the time, it ends the events by itself.
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
    await ending()
    present = max(present, (try? now()) ?? present)
    let result = await finish(rescueFolders: rescueFolders)
    guard let failure else { return result }
    // Report what was played in any case, and why the events ended.
    if result.takes.isEmpty, result.rescueFiles.isEmpty, result.lostEvents == 0 { throw failure }
    report(.brokenOff(cause: "\(failure)"))
    return result
  }

  // MARK: - Receiving

  /// Receives an event.
  func receive(_ stamped: StampedEvent) {
    present = max(present, stamped.nanoseconds)
    announce(stamped.event)
    if request.lookBackMinutes != nil {
      keepInMemory(.heard(stamped))
      if case .message(let message, let source) = stamped.event {
        show(message, source, stamped.nanoseconds)
      }
    } else {
      take(in: stamped)
    }
  }

  /// Receives what a model plays beside.
  func receive(_ answer: RecordedAnswer) {
    // An answer of which the beginning is stored is stored whole.
    if request.lookBackMinutes != nil, answers.open == nil {
      keepInMemory(.answer(answer))
    } else {
      take(in: answer, at: present)
    }
  }

  /// - Parameter present: The time of what was received last, in nanoseconds.
  private func take(in answer: RecordedAnswer, at present: Int64) {
    switch answer {
    case .begins(let time, let generation):
      // What is held sounds on, and belongs to the take that it began in.
      if splitter.isHeld {
        endsWhenLetGo = true
      } else {
        endTakeByHand(at: max(present, time))
      }
      answers.begin(
        startedAt: start.addingTimeInterval(Double(time) / 1e9), start: time, by: generation,
        answering: store.latestStart)
    case .plays(let event):
      answers.updateOpen { $0.add(event.message, at: event.nanoseconds) }
    case .ends: answers.end()
    }
  }

  private func announce(_ event: InputEvent) {
    switch event {
    case .plugged(let port):
      everHeard.count(0, from: port.name)
      report(.plugged(name: port.name))
    case .message(let message, let port):
      everHeard.count(1, from: port.name)
      if message.isNoteOn { everHeard.strokes += 1 }
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
      follow(chords.isEmpty ? [.heard(heard)] : gestures.receive(heard))
    case .unplugged(let port):
      follow(gestures.finish())
      let releases = splitter.release(port)
      for message in releases {
        if store.open != nil {
          keep(message, of: port, at: time)
        } else {
          chatter.add(channels.own(message, of: port), at: time)
        }
      }
      store.updateOpen { $0.mark(.unplugged, port.name, at: time) }
      if endsWhenLetGo, !splitter.isHeld { endTakeByHand(at: time) }
      channels.forget(port)
      pedals = pedals.filter { $0.source != port }
      report(.unplugged(name: port.name, notes: releases.count { $0.isNoteOff }))
    case .overrun: store.updateOpen { $0.mark(.overrun, at: time) }
    case .plugged: break
    }
  }

  private func follow(_ outputs: [GestureReader<PortIdentity>.Output]) {
    for output in outputs {
      switch output {
      case .heard(let heard):
        place(heard)
        show(heard.message, heard.source, heard.nanoseconds)
      case .gesture(let gesture, let time): obey(gesture, at: time)
      }
    }
  }

  /// Adds a message to the take that it belongs to, or to the chatter between takes.
  private func place(_ heard: GestureReader<PortIdentity>.Heard) {
    let time = heard.nanoseconds
    // What is struck when only the pedal is still held begins the next take.
    if endsWhenLetGo, heard.message.isNoteOn, !splitter.hasKeysDown { endTakeByHand(at: time) }
    defer { if endsWhenLetGo, !splitter.isHeld { endTakeByHand(at: time) } }
    if let deadline = splitter.deadline, time >= deadline { endTake(at: deadline) }
    let place = splitter.receive(heard.message, from: heard.source, at: time)
    if place == .begins || !splitter.isOpen { store.end() }
    switch place {
    case .aside:
      chatter.add(channels.own(heard.message, of: heard.source), at: time)
    case .within:
      keep(heard.message, of: heard.source, at: time)
    case .begins:
      // A pedal that was put down for the first note belongs to the take.
      let pedal = splitter.pedalDownSince.flatMap { time - $0 <= Self.longestLead ? $0 : nil }
      let first = pedal ?? time
      store.begin(startedAt: start.addingTimeInterval(Double(first) / 1e9), start: first)
      for lead in chatter.takeLead(from: first) {
        store.updateOpen { $0.add(lead.message, at: lead.nanoseconds) }
      }
      keep(heard.message, of: heard.source, at: time)
    }
    if !hasSaidDrums, DrumChannel.isStruck(by: heard.message), place != .aside,
      store.open?.isOfDrums == true
    {
      hasSaidDrums = true
      report(.onDrumChannel(name: heard.source.name))
    }
  }

  /// Adds a message to the open take, preceded by the chatter since the last one.
  private func keep(_ message: MIDIMessage, of source: PortIdentity, at time: Int64) {
    guard store.open != nil else { return }
    let aside = chatter.takeAll()
    let message = channels.own(message, of: source)
    store.updateOpen { take in
      for heard in aside { take.add(heard.message, at: heard.nanoseconds) }
      take.add(message, at: time)
    }
  }

  private func obey(_ gesture: Gesture, at time: Int64) {
    switch gesture {
    case .answer: break
    case .bookmark:
      let done = store.open != nil
      store.updateOpen { $0.mark(.bookmark, at: time) }
      report(.gesture(gesture, done: done))
    case .split:
      let done = store.open != nil
      endTakeByHand(at: time)
      report(.gesture(gesture, done: done))
    case .keep, .discard, .undo:
      // These concern the take just played, so they end it. They are reported when it is
      // stored and has a number.
      if gesture != .undo { endTakeByHand(at: time) }
      let date = start.addingTimeInterval(Double(time) / 1e9)
      if !store.say(gesture, at: date) { report(.gesture(gesture, done: false)) }
    }
  }

  /// Ends the open take and releases what is still held: at `time`, or earlier if it must be stuck.
  private func endTake(at time: Int64) {
    endsWhenLetGo = false
    if splitter.isHeld {
      let isStuck = splitter.deadline.map { time >= $0 } ?? false
      let end = isStuck ? splitter.endOfStuck ?? time : time
      store.updateOpen { $0.release(at: end) }
    }
    splitter.close()
    store.end()
  }

  /// Ends the open take at the musician's request. A pedal that is down is carried over to the next take.
  private func endTakeByHand(at time: Int64) {
    if let deadline = splitter.deadline, time >= deadline { endTake(at: deadline) }
    endsWhenLetGo = false
    let pedals = store.open?.keyboard.sustain ?? []
    if splitter.isHeld { store.updateOpen { $0.release(at: time) } }
    splitter.close(keepingPedalsFrom: time)
    store.end()
    for pedal in pedals { chatter.add(pedal, at: time) }
  }

  private func show(_ message: MIDIMessage, _ source: PortIdentity, _ time: Int64) {
    guard case .channel(let status, let data1, let data2) = message else { return }
    switch (status & 0xF0, data1) {
    case _ where message.isNoteOn:
      velocities = velocities.suffix(7) + [data2]
      if let last = strokes.last, time - last.nanoseconds > 60_000_000 { strokes = [] }
      strokes.append((data1, time))
    case (0xB0, MIDIMessage.sustainController):
      let pedal = Pedal(source: source, channel: status & 0x0F)
      if data2 >= 64 { pedals.insert(pedal) } else { pedals.remove(pedal) }
    default: break
    }
  }

  // MARK: - Looking back

  /// Stores what was played in the last minutes, and continues in look-back mode.
  func keepLookBack() {
    forget()
    let notes = lookBack.filter(\.isStroke).compactMap(\.nanoseconds)
    let length = (notes.last ?? 0) - (notes.first ?? 0)
    report(.lookedBack(seconds: Double(length) / 1e9, notes: notes.count))
    guard !notes.isEmpty else { return }
    var latest: Int64 = 0
    for kept in lookBack {
      latest = max(latest, kept.nanoseconds ?? 0)
      switch kept {
      case .heard(let stamped): take(in: stamped)
      case .answer(let answer): take(in: answer, at: latest)
      }
    }
    lookBack = []
    follow(gestures.finish())
    endTake(at: present)
    write()
  }

  private func keepInMemory(_ kept: Kept) {
    lookBack.append(kept)
    // Rarely, since each time moves all events that are kept.
    if lookBack.count % 4096 == 0 { forget() }
  }

  /// Drops events from before the look-back period.
  private func forget() {
    guard let minutes = request.lookBackMinutes else { return }
    let earliest = present - Int64(minutes * 60e9)
    let first = lookBack.firstIndex { $0.nanoseconds ?? 0 >= earliest } ?? lookBack.count
    lookBack.removeFirst(first)
  }

  // MARK: - Storing

  /// Ends the open take after a long enough silence, and stores new events.
  func tick(now: Int64) {
    present = max(present, now)
    follow(gestures.wait(until: now))
    if let deadline = splitter.deadline, now >= deadline { endTake(at: deadline) }
    if splitter.isHeld { store.updateOpen { $0.heldUntil = now - $0.start } }
    write()
  }

  private func write() {
    var stored = RecordingStore.Stored()
    do {
      try store.flush(&stored)
      try answers.flush(&stored, answering: store.numbers)
      if isHolding {
        isHolding = false
        report(.caughtUp)
      }
    } catch {
      if !isHolding { report(.holding(cause: "\(error)")) }
      isHolding = true
    }
    for take in stored.takes {
      let seconds = Double(take.nanoseconds) / 1e9
      recorded.append(.init(number: take.number, seconds: seconds, notes: take.noteCount))
      report(
        .stored(
          take: take.number, seconds: seconds, notes: take.noteCount,
          byModel: take.origin == .generated))
    }
    stored.news.forEach(report)
  }

  /// Ends the open take and stores everything, in the library or in rescue files.
  func finish(rescueFolders: [URL]) async -> RecordReport {
    follow(gestures.finish())
    endTake(at: present)
    write()
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(patience)
    answers.end()
    while !store.isEmpty || !answers.isEmpty, clock.now < deadline {
      try? await Task.sleep(for: .milliseconds(200))
      write()
    }
    var result = RecordReport(
      takes: recorded.sorted { $0.number < $1.number }, rescueFiles: [], lostEvents: 0,
      overruns: overruns, heard: everHeard)
    for (store, player) in [(store, ""), (answers, "answer-")] where store.unsavedEvents > 0 {
      let rescued = store.rescue(to: rescueFolders, at: Date(), player: player)
      result.rescueFiles += rescued.files.map(\.plainPath)
      result.lostEvents += rescued.lost
    }
    return result
  }

  /// The status at a time in nanoseconds on the clock of the events.
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
