import Console
import Foundation
import MIDI
import Rounds
import Sequencer
import Testing

@testable import Capture
@testable import Library
@testable import Workbench

/// The recorder on a list of events in place of a keyboard.
@Suite struct RecorderTests {
  private static let piano = PortIdentity(
    address: PortAddress(client: 20, port: 0), clientName: "Piano", portName: "Piano MIDI 1")
  private static let start = Date(timeIntervalSince1970: 1_700_000_000)

  private let bench: Bench
  private let project: Project
  private let news = News()

  init() throws {
    bench = try Bench()
    project = try bench.project()
  }

  /// What a recorder has said.
  private final class News: Sendable {
    private let said = Said()
    private final class Said: @unchecked Sendable {
      let lock = NSLock()
      var news: [RecorderNews] = []
    }
    func hear(_ news: RecorderNews) { said.lock.withLock { said.news.append(news) } }
    var all: [RecorderNews] { said.lock.withLock { said.news } }
  }

  private func recorder(_ change: (inout RecordRequest) -> Void = { _ in }) -> Recorder {
    var request = RecordRequest()
    change(&request)
    return Recorder(
      library: project.library, start: Self.start, name: "Piano", request: request, patience: 0.3
    ) { [news] in news.hear($0) }
  }

  private func on(_ seconds: Double, _ pitch: UInt8, _ velocity: UInt8 = 64) -> StampedEvent {
    message(seconds, .noteOn(pitch: pitch, velocity: velocity))
  }

  private func off(_ seconds: Double, _ pitch: UInt8) -> StampedEvent {
    message(seconds, .noteOff(pitch: pitch))
  }

  private func message(
    _ seconds: Double, _ message: MIDIMessage, from source: PortIdentity = piano
  ) -> StampedEvent {
    StampedEvent(
      nanoseconds: Int64((seconds * 1e9).rounded()), event: .message(message, from: source))
  }

  private func pedal(
    _ seconds: Double, _ value: UInt8, from source: PortIdentity = piano
  ) -> StampedEvent {
    message(seconds, .control(controller: 64, value: value), from: source)
  }

  /// The keys of a gesture, struck and let go.
  private func strike(_ gesture: Gesture, _ seconds: Double) -> [StampedEvent] {
    let keys = Gesture.chords[gesture, default: []].sorted()
    return keys.map { on(seconds, $0) } + keys.map { off(seconds + 0.2, $0) }
  }

  private func tick(_ recorder: Recorder, _ seconds: Double) async {
    await recorder.tick(now: Int64((seconds * 1e9).rounded()))
  }

  /// Gives a recorder all events and ends.
  private func record(_ recorder: Recorder, _ events: [StampedEvent]) async -> RecordReport {
    for event in events { await recorder.receive(event) }
    return await recorder.finish(rescueFolders: [bench.folder])
  }

  // MARK: - Takes

  @Test func whatIsPlayedIsStoredWithItsTimes() async throws {
    let bend = MIDIMessage.channel(status: 0xE0, data1: 1, data2: 65)
    let report = await record(
      recorder(), [on(2, 60), message(2.5, bend), off(3, 60), on(3, 64), off(3.25, 64)])
    #expect(report.takes == [.init(number: 1, seconds: 1.25, notes: 2)])
    let take = try #require(try project.library.take(1))
    #expect(take.startedAt == Self.start.addingTimeInterval(2))
    #expect(try project.library.sessions().first?.kind == .recording)
    #expect(
      try project.library.events(of: 1) == [
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
        MIDIEvent(nanoseconds: 500_000_000, message: bend),
        MIDIEvent(nanoseconds: 1_000_000_000, message: .noteOff(pitch: 60)),
        MIDIEvent(nanoseconds: 1_000_000_000, message: .noteOn(pitch: 64, velocity: 64)),
        MIDIEvent(nanoseconds: 1_250_000_000, message: .noteOff(pitch: 64)),
      ])
  }

  @Test func aSilenceEndsATakeAtOnce() async throws {
    let recorder = recorder()
    await recorder.receive(on(0, 60))
    await recorder.receive(off(1, 60))
    await tick(recorder, 15.9)
    #expect(try project.library.unfinishedTakes().map(\.number) == [1])
    await tick(recorder, 16)
    #expect(try project.library.takes().map(\.number) == [1])
    #expect(news.all == [.stored(take: 1, seconds: 1, notes: 1)])
    let report = await record(recorder, [on(17, 62), off(18, 62)])
    #expect(report.takes.map(\.number) == [1, 2])
  }

  @Test func noSilenceEndsATakeUnderAHeldKeyOrPedal() async throws {
    let pedal = MIDIMessage.control(controller: 64, value: 127)
    let recorder = recorder()
    for event in [on(0, 60), message(1, pedal), off(2, 60)] { await recorder.receive(event) }
    await tick(recorder, 100)
    #expect(try project.library.unfinishedTakes().map(\.number) == [1])
    // But something that is held for two minutes is stuck.
    await tick(recorder, 122)
    #expect(try project.library.takes().map(\.number) == [1])
  }

  @Test func everyTickStoresWhatWasHeard() async throws {
    let recorder = recorder()
    await recorder.receive(on(0, 60))
    await tick(recorder, 0.1)
    #expect(try project.library.events(of: 1).count == 1)
    await recorder.receive(off(0.15, 60))
    await tick(recorder, 0.2)
    #expect(try project.library.events(of: 1).count == 2)
  }

  @Test func aSequenceOfEventsIsRecordedToItsEnd() async throws {
    let events = AsyncStream<StampedEvent> { continuation in
      for index in 0..<5000 {
        continuation.yield(on(Double(index) * 0.002, 60))
        continuation.yield(off(Double(index) * 0.002 + 0.001, 60))
      }
      continuation.finish()
    }
    let report = try await recorder().record(events, now: { 0 }, rescueFolders: [])
    #expect(report.takes.map(\.notes) == [5000])
    #expect(try project.library.events(of: 1).count == 10_000)
  }

  @Test func whileARoundIsTunedAllIsRecorded() async throws {
    let project = try bench.project("tuned")
    _ = try project.importFiles(at: [bench.music(takes: 8)]) { _ in true }
    let library = try TakeLibrary.open(
      at: project.folder.appending(path: TakeLibrary.fileName), durability: .full,
      busyTimeoutSeconds: 0.25)
    let recorder = Recorder(
      library: library, start: Date(), name: "Piano", request: RecordRequest(), patience: 3
    ) { [news] in news.hear($0) }
    await recorder.receive(on(0, 60))
    let tuning = Task.detached {
      try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }.round
    }
    for index in 1...100 {
      await recorder.receive(on(Double(index) * 0.1, 60))
      await recorder.receive(off(Double(index) * 0.1 + 0.05, 60))
      await tick(recorder, Double(index) * 0.1 + 0.06)
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try await tuning.value == 1)
    let report = await recorder.finish(rescueFolders: [])
    #expect(report.takes.map(\.number) == [9] && report.lostEvents == 0)
    #expect(try project.library.events(of: 9).count == 201)
    #expect(try project.library.rounds().count == 1)
  }

  // MARK: - What is no playing

  @Test func whatAKeyboardSendsWhenSwitchedOnIsNoTake() async throws {
    let sent: [MIDIMessage] = [
      .control(controller: 0, value: 0), .control(controller: 32, value: 0),
      .channel(status: 0xC0, data1: 0, data2: 0), .control(controller: 121, value: 0),
      .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7]), .system([0xFA]), .system([0xFC]),
    ]
    let report = await record(recorder(), sent.map { message(1, $0) })
    #expect(report.takes.isEmpty && report.rescueFiles.isEmpty && report.lostEvents == 0)
    #expect(try project.library.takes().isEmpty && project.library.unfinishedTakes().isEmpty)
    #expect(try project.library.sessions().isEmpty)
  }

  @Test func withoutANoteTheReportSaysWhatCameInstead() async throws {
    let silent = await record(recorder(), [])
    #expect(silent.text == "nothing was played: no keyboard was there; see: woodshed ports")
    let there = StampedEvent(nanoseconds: 0, event: .plugged(Self.piano))
    let mute = await record(recorder(), [there])
    #expect(mute.text == "nothing was played: nothing came from Piano MIDI 1")
    let chatting = await record(recorder(), [there, pedal(1, 1), pedal(2, 0)])
    #expect(chatting.text == "nothing was played: no note among 2 messages from Piano MIDI 1")
  }

  @Test func aPedalThatTremblesWhereItRestsKeepsNoTakeOpen() async throws {
    let recorder = recorder()
    await recorder.receive(on(0, 60))
    await recorder.receive(off(1, 60))
    for second in 2...15 {
      await recorder.receive(pedal(Double(second), UInt8(second % 3)))
      await tick(recorder, Double(second))
    }
    await tick(recorder, 16)
    // As long as its music, and a second more at most.
    let take = try #require(try project.library.take(1))
    #expect(take.isFinished && take.nanoseconds <= 2_000_000_000)
    // It is how the next take begins, with its last value.
    _ = await record(recorder, [on(20, 62), off(21, 62)])
    #expect(
      try project.library.events(of: 2) == [
        MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 0)),
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 62, velocity: 64)),
        MIDIEvent(nanoseconds: 1_000_000_000, message: .noteOff(pitch: 62)),
      ])
  }

  @Test func whatIsPutAsideInATakeThatGoesOnIsInIt() async throws {
    let swell = MIDIMessage.control(controller: 11, value: 50)
    _ = await record(
      recorder(), [on(0, 60), off(1, 60), message(5, swell), on(10, 62), off(11, 62)])
    #expect(
      try project.library.events(of: 1)[2] == MIDIEvent(nanoseconds: 5_000_000_000, message: swell))
  }

  @Test func aPedalPutDownForTheFirstNoteIsOfTheTake() async throws {
    _ = await record(recorder(), [pedal(5, 127), on(6, 60), off(7, 60), pedal(8, 0)])
    let take = try #require(try project.library.take(1))
    #expect(take.startedAt == Self.start.addingTimeInterval(5))
    #expect(
      try project.library.events(of: 1).map(\.nanoseconds)
        == [0, 1, 2, 3].map { $0 * 1_000_000_000 })
    #expect(take.pedalNanoseconds == 3_000_000_000)
  }

  // MARK: - Channel 10

  @Test func aPianoThatSendsOnTheChannelOfDrumsIsAPiano() async throws {
    let played: [(Double, MIDIMessage)] = [
      (0, .noteOn(channel: 9, pitch: 60, velocity: 64)),
      (0.5, .control(channel: 9, controller: 64, value: 127)),
      (1, .noteOff(channel: 9, pitch: 60)), (2, .control(channel: 9, controller: 64, value: 0)),
    ]
    let recorder = recorder()
    for (seconds, sent) in played { await recorder.receive(message(seconds, sent)) }
    #expect(news.all == [.onDrumChannel(name: "Piano MIDI 1")])
    #expect(await recorder.status(now: 2).notes == 1)
    let report = await record(recorder, [])
    #expect(report.takes == [.init(number: 1, seconds: 2, notes: 1)])
    #expect(
      try project.library.events(of: 1).map(\.message) == [
        .noteOn(pitch: 60, velocity: 64), .control(controller: 64, value: 127),
        .noteOff(pitch: 60), .control(controller: 64, value: 0),
      ])
    #expect(try project.library.take(1)?.pedalNanoseconds == 1_500_000_000)
    #expect(try project.library.totals().takes == 1)
  }

  @Test func drumsBesideAPianoStayDrums() async throws {
    let drum = MIDIMessage.noteOn(channel: 9, pitch: 36, velocity: 64)
    let report = await record(
      recorder(), [on(0, 60), message(0.5, drum), off(1, 60), message(30, drum)])
    #expect(report.takes.map(\.notes) == [1])
    #expect(try project.library.events(of: 1)[1].message == drum)
    #expect(!news.all.contains(.onDrumChannel(name: "Piano MIDI 1")))
  }

  // MARK: - Two keyboards

  @Test func thePedalOfOneKeyboardLiftsNothingOfAnother() async throws {
    let organ = PortIdentity(
      address: PortAddress(client: 24, port: 0), clientName: "Organ", portName: "Organ")
    _ = await record(
      recorder(),
      [
        pedal(0, 127), on(0.1, 60), pedal(0.5, 2, from: organ), off(1, 60),
        message(1.5, .noteOn(pitch: 60, velocity: 50), from: organ),
        message(2, .noteOff(pitch: 60), from: organ), pedal(3, 0),
      ])
    // The organ has channel 2.
    #expect(
      try project.library.events(of: 1).map(\.message) == [
        .control(controller: 64, value: 127), .noteOn(pitch: 60, velocity: 64),
        .control(channel: 1, controller: 64, value: 2), .noteOff(pitch: 60),
        .noteOn(channel: 1, pitch: 60, velocity: 50), .noteOff(channel: 1, pitch: 60),
        .control(controller: 64, value: 0),
      ])
  }

  // MARK: - Keyboards that go

  @Test func aPedalThatGoesWithItsKeyboardBeginsNoTake() async throws {
    _ = await record(
      recorder(),
      [
        pedal(1, 127),
        StampedEvent(nanoseconds: 2_000_000_000, event: .unplugged(Self.piano)),
        on(5, 60), off(6, 60),
      ])
    #expect(try project.library.take(1)?.pedalNanoseconds == 0)
    #expect(try project.library.take(1)?.nanoseconds == 1_000_000_000)
  }

  @Test func anUnpluggedKeyboardsNotesAreEndedAndMarked() async throws {
    let pedal = MIDIMessage.control(controller: 64, value: 100)
    let report = await record(
      recorder(),
      [
        on(0, 60), message(0.5, pedal), on(1, 64),
        StampedEvent(nanoseconds: 2_000_000_000, event: .unplugged(Self.piano)),
        StampedEvent(nanoseconds: 3_000_000_000, event: .plugged(Self.piano)), on(4, 67),
        off(5, 67),
      ])
    #expect(report.takes == [.init(number: 1, seconds: 5, notes: 3)])
    #expect(
      try project.library.events(of: 1).filter { $0.nanoseconds == 2_000_000_000 }.map(\.message)
        == [.noteOff(pitch: 60), .noteOff(pitch: 64), .control(controller: 64, value: 0)])
    #expect(
      try project.library.marks(of: 1)
        == [Mark(kind: .unplugged, nanoseconds: 2_000_000_000, text: "Piano MIDI 1")])
    #expect(
      news.all.prefix(2)
        == [.unplugged(name: "Piano MIDI 1", notes: 2), .plugged(name: "Piano MIDI 1")])
  }

  @Test func lostEventsAreMarkedAndSaid() async throws {
    let report = await record(
      recorder(),
      [on(0, 60), StampedEvent(nanoseconds: 1_000_000_000, event: .overrun), off(2, 60)])
    #expect(report.overruns == 1)
    #expect(try project.library.marks(of: 1) == [Mark(kind: .overrun, nanoseconds: 1_000_000_000)])
    #expect(news.all.contains(.overrun))
  }

  // MARK: - When the library does not take it

  /// Another process that writes for as long as `body` runs.
  private func locked<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    let other = try TakeLibrary.open(at: project.folder.appending(path: TakeLibrary.fileName))
    let (begun, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let holding = Thread {
      try? other.write("hold") { _ in
        begun.signal()
        ends.wait()
      }
    }
    holding.start()
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        begun.wait()
        continuation.resume()
      }
    }
    defer { ends.signal() }
    return try await body()
  }

  private func impatientRecorder() throws -> Recorder {
    Recorder(
      library: try TakeLibrary.open(
        at: project.folder.appending(path: TakeLibrary.fileName), durability: .full,
        busyTimeoutSeconds: 0.05),
      start: Self.start, name: "Piano", request: RecordRequest(), patience: 0.3
    ) { [news] in news.hear($0) }
  }

  @Test func aLockedLibraryIsWaitedFor() async throws {
    let recorder = try impatientRecorder()
    await recorder.receive(on(0, 60))
    await tick(recorder, 0.1)
    try await locked {
      await recorder.receive(off(1, 60))
      await recorder.receive(on(1, 62))
      await tick(recorder, 1.1)
      #expect(await recorder.status(now: 1_100_000_000).heldEvents == 2)
    }
    try await Task.sleep(for: .milliseconds(50))
    await tick(recorder, 1.2)
    #expect(try project.library.events(of: 1).count == 3)
    guard case .holding(let cause) = news.all.first else {
      Issue.record("nothing was said: \(news.all)")
      return
    }
    #expect(cause.hasPrefix("cannot record into "))
    #expect(news.all.dropFirst() == [.caughtUp])
  }

  @Test func atTheEndWhatIsNotStoredIsSavedElsewhere() async throws {
    let recorder = try impatientRecorder()
    await recorder.receive(on(0, 60))
    await tick(recorder, 0.1)
    let report = try await locked {
      await record(recorder, [off(1, 60), on(2, 62), off(3, 62)])
    }
    let file = try #require(report.rescueFiles.first)
    #expect(report.lostEvents == 0 && report.rescueFiles.count == 1)
    let rescued = try StandardMIDIFile(bytes: [UInt8](Data(contentsOf: URL(filePath: file))))
    #expect(
      rescued.takes.first?.events.map(\.message)
        == [.noteOff(pitch: 60), .noteOn(pitch: 62, velocity: 64), .noteOff(pitch: 62)])
  }

  @Test func whatCanBeSavedNowhereIsCounted() async throws {
    let recorder = try impatientRecorder()
    let report = try await locked {
      await recorder.receive(on(0, 60))
      return await recorder.finish(rescueFolders: [URL(filePath: "/nowhere/at/all")])
    }
    #expect(report.rescueFiles.isEmpty && report.lostEvents == 2)
    #expect(report.text.contains("2 events could be written nowhere"))
  }

  @Test func aBrokenOffTakeIsFinishedAtTheNextStart() async throws {
    let library = project.library
    let session = try library.insert(
      NewSession(kind: .recording, name: "Piano", startedAt: Self.start))
    let take = try library.beginTake(in: session, startedAt: Self.start)
    try library.append(
      [
        MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
        MIDIEvent(nanoseconds: 9, message: .noteOn(pitch: 62, velocity: 64)),
      ], to: take)
    _ = try library.beginTake(in: session, startedAt: Self.start)
    #expect(
      try library.finishBrokenTakes() == [.recovered(take: 1, notes: 2, startedAt: Self.start)])
    #expect(try library.take(1)?.noteCount == 2)
    #expect(try library.marks(of: 1) == [Mark(kind: .interrupted, nanoseconds: 9)])
    #expect(try library.unfinishedTakes().isEmpty && library.take(2) == nil)
  }

  // MARK: - What is held at the end

  private func note(_ number: Int64, _ place: Int = 0) throws -> Note {
    try project.library.notes(of: number)[place]
  }

  @Test func whatSoundsAtTheEndSoundsUntilThen() async throws {
    let recorder = recorder()
    for event in [on(0, 60), on(0.6, 64), pedal(0.6, 127)] { await recorder.receive(event) }
    await tick(recorder, 3.6)
    let report = await recorder.finish(rescueFolders: [bench.folder])
    #expect(report.takes == [.init(number: 1, seconds: 3.6, notes: 2)])
    #expect(
      try project.library.events(of: 1).suffix(3) == [
        MIDIEvent(nanoseconds: 3_600_000_000, message: .noteOff(pitch: 60)),
        MIDIEvent(nanoseconds: 3_600_000_000, message: .noteOff(pitch: 64)),
        MIDIEvent(
          nanoseconds: 3_600_000_000,
          message: .control(controller: MIDIMessage.sustainController, value: 0)),
      ])
    #expect(try project.library.take(1)?.pedalNanoseconds == 3_000_000_000)
  }

  @Test func theEndIsWhenItWasAskedFor() async throws {
    let events = AsyncStream<StampedEvent> { continuation in
      for event in [on(0, 60), pedal(1, 127), off(2, 60)] { continuation.yield(event) }
      continuation.finish()
    }
    let report = try await recorder().record(
      events, now: { 5_000_000_000 }, rescueFolders: [bench.folder])
    #expect(report.takes == [.init(number: 1, seconds: 5, notes: 1)])
    #expect(try project.library.take(1)?.pedalNanoseconds == 4_000_000_000)
  }

  @Test func withNothingHeldATakeEndsWithItsLastEvent() async throws {
    let recorder = recorder()
    // A pedal that trembles where it rests is not down.
    for event in [on(0, 60), off(1, 60), pedal(1.5, 3)] { await recorder.receive(event) }
    await tick(recorder, 9)
    let report = await recorder.finish(rescueFolders: [bench.folder])
    #expect(report.takes == [.init(number: 1, seconds: 1.5, notes: 1)])
  }

  @Test func whatSoundsAtAGestureSoundsUntilThenAndThePedalGoesOn() async throws {
    let recorder = recorder { $0.gestures = true }
    let played =
      [pedal(0, 127), on(0, 60)] + strike(.split, 3)
      + [off(3.5, 60), on(4, 62), off(4.5, 62), pedal(6, 0)]
    for event in played { await recorder.receive(event) }
    let report = await recorder.finish(rescueFolders: [bench.folder])
    #expect(report.takes.map(\.seconds) == [3, 3])
    #expect(try note(1) == Note(pitch: 60, velocity: 64, start: 0, end: 3_000_000_000))
    // It began with the pedal, which was down from the gesture on.
    #expect(
      try note(2) == Note(pitch: 62, velocity: 64, start: 1_000_000_000, end: 1_500_000_000))
    #expect(try project.library.take(2)?.pedalNanoseconds == 3_000_000_000)
    #expect(try project.library.events(of: 1).last?.message == .control(controller: 64, value: 0))
  }

  @Test func whatIsStuckEndsWhereTheSilenceWould() async throws {
    let recorder = recorder()
    for event in [on(0, 60), on(1, 62), off(2, 62)] { await recorder.receive(event) }
    await tick(recorder, 122)
    #expect(try project.library.take(1)?.nanoseconds == 17_000_000_000)
    #expect(try note(1) == Note(pitch: 60, velocity: 64, start: 0, end: 17_000_000_000))
  }

  @Test func whatIsHeldOutlivesAKill() async throws {
    let recorder = recorder()
    for event in [on(0, 60), on(0.6, 64)] { await recorder.receive(event) }
    for tenth in 1...36 { await tick(recorder, Double(tenth) / 10) }
    // What is heard late has its own time all the same.
    await recorder.receive(off(3.1, 64))
    await tick(recorder, 3.7)
    #expect(try project.library.events(of: 1).last?.nanoseconds == 3_100_000_000)
    let known = try #require(try project.library.unfinishedTakes().first?.nanoseconds)
    #expect(known > 3_100_000_000 && known <= 3_600_000_000)
    // The next start, as after a kill.
    #expect(try project.library.finishBrokenTakes().count == 1)
    #expect(
      try project.library.notes(of: 1) == [
        Note(pitch: 60, velocity: 64, start: 0, end: known),
        Note(pitch: 64, velocity: 64, start: 600_000_000, end: 3_100_000_000),
      ])
    #expect(
      try project.library.marks(of: 1) == [Mark(kind: .interrupted, nanoseconds: known)])
    #expect(
      try project.library.events(of: 1).last
        == MIDIEvent(nanoseconds: known, message: .noteOff(pitch: 60)))
  }

  @Test func aSecondRecorderIsRefused() throws {
    let lock = try ProjectLock(of: project, for: .recording)
    #expect(
      throws: WorkbenchError.atWork(doing: "record into", project: "blues", holder: nil)
    ) {
      try ProjectLock(of: project, for: .recording)
    }
    withExtendedLifetime(lock) {}
  }

  @Test func aSequencerThatBreaksOffIsSaidAndNothingIsLost() async throws {
    let (events, source) = AsyncThrowingStream<StampedEvent, any Error>.makeStream()
    source.yield(on(0, 60))
    source.yield(off(1, 60))
    let failure = SequencerError.portGone(name: "Piano")
    source.finish(throwing: failure)
    let report = try await recorder().record(events, now: { 0 }, rescueFolders: [bench.folder])
    #expect(report.takes.map(\.notes) == [1])
    #expect(news.all.contains(.brokenOff(cause: "\(failure)")))
  }

  @Test func aSequencerThatNeverPlayedIsAnError() async throws {
    let (events, source) = AsyncThrowingStream<StampedEvent, any Error>.makeStream()
    source.finish(throwing: SequencerError.portGone(name: "Piano"))
    await #expect(throws: SequencerError.self) {
      try await recorder().record(events, now: { 0 }, rescueFolders: [])
    }
  }

  // MARK: - Looking back

  @Test func lookingBackStoresNothingUntilAsked() async throws {
    let recorder = recorder { $0.lookBackMinutes = 1 }
    for second in stride(from: 0.0, to: 120, by: 1) {
      await recorder.receive(on(second, 60))
      await recorder.receive(off(second + 0.5, 60))
    }
    await tick(recorder, 120)
    #expect(try project.library.takes().isEmpty && project.library.unfinishedTakes().isEmpty)
    await recorder.keepLookBack()
    #expect(try project.library.takes().map(\.noteCount) == [60])
    #expect(try project.library.take(1)?.startedAt == Self.start.addingTimeInterval(60))
    // Nothing is stored twice, and what comes after waits again.
    let report = await record(recorder, [on(121, 60), off(122, 60)])
    #expect(report.takes.map(\.notes) == [60])
  }

  // MARK: - What a model plays beside

  private func answer(from seconds: Double, _ pitch: UInt8) -> [RecordedAnswer] {
    let start = Int64((seconds * 1e9).rounded())
    let generation = Generation(model: "base", seed: 1)
    return [
      .begins(at: start, generation),
      .plays(MIDIEvent(nanoseconds: start, message: .noteOn(pitch: pitch, velocity: 50))),
      .plays(
        MIDIEvent(nanoseconds: start + 1_000_000_000, message: .noteOff(pitch: pitch))),
      .ends,
    ]
  }

  /// Two calls and two answers.
  private func converse(_ recorder: Recorder) async {
    for (seconds, pitch) in [(0.0, UInt8(60)), (10, 72)] {
      await recorder.receive(on(seconds, pitch))
      await recorder.receive(off(seconds + 1, pitch))
      for part in answer(from: seconds + 3, pitch + 1) { await recorder.receive(part) }
    }
  }

  /// The pitches of all takes with whether a model played them and which pitches it answered.
  private func conversation() throws -> [String] {
    let takes = try project.library.takes().sorted { $0.startedAt < $1.startedAt }
    func pitch(_ take: Int64) throws -> String {
      let events = try project.library.events(of: take)
      guard case .channel(_, let pitch, _) = events.first?.message else { return "-" }
      return "\(pitch)"
    }
    return try takes.map { take in
      guard take.origin == .generated else { return try pitch(take.number) }
      return try pitch(take.number) + "<-"
        + (take.generation?.primerTake.map { try pitch($0) } ?? "nothing")
    }
  }

  @Test func anAnswerSaysWhatItAnswersAlsoWhenItIsStoredLater() async throws {
    let recorder = try impatientRecorder()
    try await locked {
      await converse(recorder)
      await tick(recorder, 15)
    }
    #expect(news.all.first.map { if case .holding = $0 { true } else { false } } == true)
    try await Task.sleep(for: .milliseconds(50))
    _ = await record(recorder, [])
    #expect(try conversation() == ["60", "61<-60", "72", "73<-72"])
  }

  @Test func lookingBackKeepsBothSides() async throws {
    let recorder = recorder { $0.lookBackMinutes = 1 }
    await converse(recorder)
    await tick(recorder, 15)
    #expect(try project.library.takes().isEmpty && project.library.unfinishedTakes().isEmpty)
    await recorder.keepLookBack()
    #expect(try conversation() == ["60", "61<-60", "72", "73<-72"])
    #expect(try project.library.take(2)?.startedAt == Self.start.addingTimeInterval(10))
  }

  @Test func anAnswerThatIsUnderWayAtALookBackIsStoredWhole() async throws {
    let recorder = recorder { $0.lookBackMinutes = 1 }
    await recorder.receive(on(0, 60))
    await recorder.receive(off(1, 60))
    let parts = answer(from: 3, 61)
    for part in parts[..<2] { await recorder.receive(part) }
    await tick(recorder, 3.5)
    await recorder.keepLookBack()
    for part in parts[2...] { await recorder.receive(part) }
    // The next one waits again.
    for part in answer(from: 10, 70) { await recorder.receive(part) }
    _ = await record(recorder, [])
    #expect(try conversation() == ["60", "61<-60"])
    #expect(try project.library.events(of: 2).count == 2)
    #expect(
      news.all.contains { if case .lookedBack(_, notes: 2) = $0 { true } else { false } })
  }

  /// What is held when a model begins to answer sounds as long as it does, in the take that it began in.
  @Test func whatIsHeldAtAHandOverKeepsItsLength() async throws {
    let recorder = recorder()
    for event in [pedal(0, 127), on(0.1, 60), on(1, 64), off(1.5, 64)] {
      await recorder.receive(event)
    }
    for part in answer(from: 2, 61) { await recorder.receive(part) }
    // The key goes up, and the pedal holds the note; the next strike begins another take.
    for event in [off(4, 60), on(6, 67), off(6.5, 67), pedal(7, 0)] {
      await recorder.receive(event)
    }
    let report = await record(recorder, [])
    #expect(report.takes.map(\.notes) == [2, 1, 1])
    // The first of a take that a pedal begins is its number, 64.
    #expect(try conversation() == ["64", "61<-64", "64"])
    let first = try project.library.events(of: 1)
    #expect(
      first.suffix(2).map(\.message)
        == [.noteOff(pitch: 60), .control(controller: 64, value: 0)])
    #expect(first.suffix(2).map(\.nanoseconds) == [4_000_000_000, 6_000_000_000])
  }

  @Test func aTakeEndsWhenAllThatWasHeldAtAHandOverIsLetGo() async throws {
    let recorder = recorder()
    await recorder.receive(on(0, 60))
    for part in answer(from: 2, 61) { await recorder.receive(part) }
    for event in [on(3, 62), off(3.5, 60), off(4, 62), on(5, 64), off(6, 64)] {
      await recorder.receive(event)
    }
    let report = await record(recorder, [])
    #expect(report.takes.map(\.notes) == [2, 1, 1])
    #expect(try conversation() == ["60", "61<-60", "64"])
  }

  @Test func bothSidesAreSavedElsewhereWhenTheyCannotBeStored() async throws {
    let recorder = try impatientRecorder()
    let report = try await locked {
      await converse(recorder)
      return await record(recorder, [])
    }
    #expect(report.lostEvents == 0 && report.rescueFiles.count == 4)
    #expect(report.rescueFiles.count { $0.contains("-answer-") } == 2)
  }

  @Test func theKeysOfTheSignAreNotRecorded() async throws {
    let recorder = recorder { $0.sign = [21, 108] }
    let report = await record(
      recorder,
      [on(0, 60), off(1, 60), on(2, 21), on(2.05, 108), off(2.3, 21), off(2.4, 108)])
    #expect(report.takes.map(\.notes) == [1])
    #expect(news.all.allSatisfy { if case .gesture = $0 { false } else { true } })
  }

  // MARK: - Gestures

  @Test func gesturesAreObeyedAndNotRecorded() async throws {
    let recorder = recorder { $0.gestures = true }
    let report = await record(
      recorder,
      [
        on(0, 60), off(1, 60),
        // A bookmark.
        on(2, 21), on(2.05, 108), off(2.3, 21), off(2.4, 108), on(3, 62), off(4, 62),
        // A new take, though no silence.
        on(5, 21), on(5.01, 23), on(5.02, 108), off(5.3, 21), off(5.3, 23), off(5.4, 108),
        on(6, 64), off(7, 64),
      ])
    #expect(report.takes.map(\.notes) == [2, 1])
    #expect(try project.library.events(of: 1).count == 4)
    #expect(
      try project.library.marks(of: 1) == [Mark(kind: .bookmark, nanoseconds: 2_050_000_000)])
    #expect(
      news.all.filter { if case .gesture = $0 { true } else { false } }
        == [.gesture(.bookmark, done: true), .gesture(.split, done: true)])
  }

  @Test func keepAndDiscardMeanWhatWasJustPlayed() async throws {
    let recorder = recorder { $0.gestures = true }
    let played =
      [on(0, 60), off(1, 60)] + strike(.keep, 2)
      + [on(4, 62), off(5, 62)] + strike(.discard, 6)
    for event in played { await recorder.receive(event) }
    await tick(recorder, 7)
    #expect(try project.library.takes().map(\.noteCount) == [1, 1])
    #expect(try project.library.standingVerdict(of: 1).judgement == .keep)
    #expect(try project.library.standingVerdict(of: 2).judgement == .discard)
    // Struck once more, in the silence, it means the take that has ended.
    for event in strike(.keep, 8) { await recorder.receive(event) }
    await tick(recorder, 9)
    #expect(try project.library.standingVerdict(of: 2).judgement == .keep)
    #expect(
      news.all == [
        .stored(take: 1, seconds: 1, notes: 1), .stored(take: 2, seconds: 1, notes: 1),
        .judged(.keep, take: 1), .judged(.discard, take: 2), .judged(.keep, take: 2),
      ])
    #expect(RecorderNews.judged(.keep, take: 2).line == "gesture: keep, take 2")
  }

  @Test func aGestureTakesTheLastVerdictBackAndEndsNoTake() async throws {
    let recorder = recorder { $0.gestures = true }
    let played =
      strike(.undo, 0) + [on(1, 60), off(2, 60)] + strike(.keep, 3) + strike(.discard, 4)
      + [on(5, 64)] + strike(.undo, 6) + [off(7, 64)]
    for event in played { await recorder.receive(event) }
    await tick(recorder, 8)
    #expect(try project.library.standingVerdict(of: 1).judgement == .keep)
    #expect(try project.library.unfinishedTakes().map(\.number) == [2])
    for event in strike(.undo, 9) + strike(.undo, 10) { await recorder.receive(event) }
    await tick(recorder, 11)
    #expect(try project.library.standingVerdict(of: 1).judgement == nil)
    #expect(
      news.all == [
        .gesture(.undo, done: false), .stored(take: 1, seconds: 1, notes: 1),
        .judged(.keep, take: 1), .judged(.discard, take: 1), .tookBack(.discard, take: 1),
        .gesture(.undo, done: false), .tookBack(.keep, take: 1),
      ])
    let report = await record(recorder, [])
    #expect(report.takes.map(\.notes) == [1, 1])
    #expect(
      RecorderNews.tookBack(.keep, take: 1).line == "gesture: undo, take 1: its keep is taken back")
  }

  @Test func whileTheLibraryIsHeldVerdictsWaitAndFindTheirTakes() async throws {
    let recorder = Recorder(
      library: try TakeLibrary.open(
        at: project.folder.appending(path: TakeLibrary.fileName), durability: .full,
        busyTimeoutSeconds: 0.05),
      start: Self.start, name: "Piano",
      request: {
        var request = RecordRequest()
        request.gestures = true
        return request
      }(), patience: 0.3
    ) { [news] in news.hear($0) }
    try await locked {
      let played =
        [on(0, 60), off(1, 60)] + strike(.keep, 2) + [on(4, 62), off(5, 62)] + strike(.discard, 6)
        + strike(.undo, 7)
      for event in played { await recorder.receive(event) }
      await tick(recorder, 8)
    }
    try await Task.sleep(for: .milliseconds(50))
    await tick(recorder, 9)
    #expect(try project.library.standingVerdict(of: 1).judgement == .keep)
    #expect(try project.library.standingVerdict(of: 2).judgement == nil)
    #expect(
      news.all.suffix(3) == [
        .judged(.keep, take: 1), .judged(.discard, take: 2), .tookBack(.discard, take: 2),
      ])
  }

  @Test func withoutBeingAskedForGesturesAreMusic() async throws {
    let report = await record(recorder(), [on(0, 21), on(0.01, 108), off(1, 21), off(1, 108)])
    #expect(report.takes.map(\.notes) == [2])
  }
}
