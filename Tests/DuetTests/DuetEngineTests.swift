import Foundation
import MIDI
import Network
import Performance
import Sequencer
import Testing

@testable import Capture
@testable import Duet
@testable import Network
@testable import Player

/// A voice that keeps what it was given, and a time that only the test moves.
private final class Tape: DuetVoice {
  struct Entry {
    var time: Int64
    var message: MIDIMessage
    /// When it was scheduled, and the how-manieth it is of all that was scheduled or played.
    var given: Int64
    var number: Int
  }

  var now: Int64 = 0
  /// Whether the instrument is unplugged.
  var isGone = false
  /// How much was scheduled, or played by the musician.
  var count = 0
  private(set) var entries: [Entry] = []

  func schedule(_ message: MIDIMessage, at time: Int64) -> Int64 {
    count += 1
    entries.append(Entry(time: max(time, now), message: message, given: now, number: count))
    return max(time, now)
  }

  func flush() throws {
    if isGone { throw SequencerError.portGone(name: "piano") }
  }

  func reconnect() -> Bool { !isGone }

  func withdraw() -> Int64 {
    entries.removeAll { $0.time > now }
    return now
  }
}

/// An engine, its tape and a musician whose keys are followed.
private final class Stage {
  let tape = Tape()
  let engine: DuetEngine
  private var musician: [(time: Int64, message: MIDIMessage, number: Int)] = []
  let turns = Turns()
  let echoes = EchoFilter()

  struct Turn {
    var start: Int64
    var isByItself: Bool
    var events: [MIDIEvent] = []
    var ending: DuetNews.Ending?
  }

  final class Turns {
    var all: [Turn] = []
    var echoes = 0

    func take(_ news: DuetNews) {
      switch news {
      case .begins(let time, let byItself): all.append(Turn(start: time, isByItself: byItself))
      case .played(let event) where !all.isEmpty: all[all.count - 1].events.append(event)
      case .ends(let ending): all[all.count - 1].ending = ending
      case .echo: echoes += 1
      default: Issue.record("it played before it began")
      }
    }
  }

  init(
    _ settings: DuetSettings, seed: UInt64 = 1, delay: Double = 0,
    chords: [Gesture: Set<UInt8>] = [:]
  ) throws {
    let turns = turns
    engine = try DuetEngine(
      [SampledNetwork(fixture("hearing-1"), precision: .float32)], settings, on: tape, seed: seed,
      delay: delay, chords: chords, echoes: echoes
    ) { turns.take($0) }
  }

  func play(_ message: MIDIMessage, at time: Int64) throws {
    tape.now = time
    tape.count += 1
    musician.append((time, message, tape.count))
    try engine.hear(message, at: time)
  }

  /// Lets time pass, 3 ms at a time.
  func pass(to time: Int64) throws {
    while tape.now < time {
      tape.now = min(time, tape.now + 3_000_000)
      try engine.advance(to: tape.now)
    }
  }

  func stop() throws { try engine.stop(at: tape.now) }

  /// The keys that sound on an instrument that both play, at the end; what is struck or let go in spite of the
  /// musician is recorded as an issue.
  func sounding(_ comment: Comment? = nil) -> Set<UInt8> {
    // What was planned for the moment of a key, the model plays without knowing of it.
    let all =
      musician.map { ($0.time, $0.number, $0.message, true) }
      + tape.entries.map { ($0.time, $0.given < $0.time ? 0 : $0.number, $0.message, false) }
    var keys: Set<UInt8> = []
    var held: Set<UInt8> = []
    for (time, _, message, isMusician) in all.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      guard case .channel(_, let pitch, _) = message else { continue }
      if message.isNoteOn {
        if !isMusician, held.contains(pitch) {
          Issue.record("at \(time) the model struck \(pitch), which is held; \(comment ?? "")")
        }
        keys.insert(pitch)
        if isMusician { held.insert(pitch) }
      } else if message.isNoteOff {
        if !isMusician, held.contains(pitch) {
          Issue.record("at \(time) the model let go \(pitch), which is held; \(comment ?? "")")
        }
        keys.remove(pitch)
        if isMusician { held.remove(pitch) }
      }
    }
    return keys
  }
}

private func fixture(_ form: String) throws -> Weights {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try Model.weights(
    from: folder.appending(path: "PlayerTests/Fixtures/model-\(form).safetensors"))
}

private let keyboard = PortIdentity(
  address: PortAddress(client: 20, port: 0), clientName: "keyboard", portName: "keyboard")

private func ms(_ milliseconds: Int) -> Int64 { Int64(milliseconds) * 1_000_000 }

@Suite struct DuetEngineTests {
  private func call(_ stage: Stage) throws {
    for (place, pitch) in [60, 64, 67, 72].enumerated() {
      try stage.pass(to: ms(place * 250))
      try stage.play(.noteOn(pitch: UInt8(pitch), velocity: 70), at: ms(place * 250))
      try stage.pass(to: ms(place * 250 + 200))
      try stage.play(.noteOff(pitch: UInt8(pitch)), at: ms(place * 250 + 200))
    }
  }

  @Test func itAnswersOnceAndNothingHangs() throws {
    let stage = try Stage(DuetSettings())
    try call(stage)
    try stage.pass(to: ms(30_000))
    #expect(stage.turns.all.count == 1)
    let turn = try #require(stage.turns.all.first)
    #expect(turn.ending == .complete && turn.isByItself)
    // The shortest answer is two seconds, after a call of one.
    let last = try #require(turn.events.filter { $0.message.isNoteOn }.last)
    #expect(last.nanoseconds - turn.start < ms(2_100))
    #expect(turn.start > ms(950))
    #expect(stage.sounding().isEmpty)
    for entry in stage.tape.entries where entry.message.isNoteOn {
      #expect(entry.time > entry.given)
    }
  }

  @Test func asSoonAsItIsAsked() throws {
    for sign in ["pedal", "key"] {
      var settings = DuetSettings()
      settings.patience = 1e-9
      settings.seconds = 3
      let stage = try Stage(settings)
      try call(stage)
      try stage.pass(to: ms(1000))
      #expect(!stage.engine.isAnswering)
      stage.tape.now = ms(1001)
      if sign == "pedal" {
        try stage.play(.control(controller: 67, value: 127), at: ms(1001))
        #expect(!stage.engine.isAnswering)
        try stage.play(.control(controller: 67, value: 0), at: ms(1201))
      } else {
        try stage.engine.answer(at: ms(1201))
      }
      #expect(stage.engine.isAnswering)
      let first = try #require(stage.tape.entries.first)
      #expect(first.given <= ms(1201) && first.message.isNoteOn)
      try stage.pass(to: ms(9000))
      #expect(stage.turns.all.map(\.isByItself) == [false])
      #expect(stage.sounding().isEmpty)
    }
  }

  @Test func itAnswersWithNothingToGoOnFromWhenAsked() throws {
    let stage = try Stage(DuetSettings())
    try stage.pass(to: ms(2000))
    try stage.engine.answer(at: ms(2000))
    try stage.pass(to: ms(9000))
    #expect(stage.turns.all.count == 1)
    #expect(stage.tape.entries.contains { $0.message.isNoteOn })
    #expect(stage.sounding().isEmpty)
  }

  @Test func itGivesWayToAKey() throws {
    var settings = DuetSettings()
    settings.seconds = 10
    let stage = try Stage(settings)
    try call(stage)
    while !stage.engine.isAnswering {
      try stage.pass(to: stage.tape.now + ms(3))
    }
    try stage.pass(to: stage.tape.now + ms(1500))
    let time = stage.tape.now + ms(1)
    try stage.play(.noteOn(pitch: 61, velocity: 90), at: time)
    #expect(!stage.engine.isAnswering)
    #expect(stage.turns.all.last?.ending == .interrupted)
    // Nothing lies ahead, and all ends at once.
    #expect(stage.tape.entries.allSatisfy { $0.time <= time })
    #expect(stage.sounding() == [61])
    try stage.play(.noteOff(pitch: 61), at: time + ms(100))
    #expect(stage.sounding().isEmpty)
  }

  @Test func whatIsHeldAtTheHandOverStaysTheMusicians() throws {
    var settings = DuetSettings()
    settings.seconds = 8
    let stage = try Stage(settings)
    try call(stage)
    for pitch: UInt8 in [48, 55] {
      try stage.play(.noteOn(pitch: pitch, velocity: 60), at: ms(1200))
    }
    try stage.pass(to: ms(1300))
    try stage.engine.answer(at: ms(1300))
    // Held for longer than a note of the grammar may last.
    try stage.pass(to: ms(8000))
    try stage.play(.noteOff(pitch: 48), at: ms(8000))
    try stage.play(.noteOff(pitch: 55), at: ms(8000))
    try stage.pass(to: ms(12_000))
    #expect(stage.turns.all.count == 1)
    #expect(stage.sounding().isEmpty)
  }

  @Test func aTradeIsAsLongForBoth() throws {
    var settings = DuetSettings()
    settings.tradeSeconds = 2
    let stage = try Stage(settings)
    try call(stage)
    try stage.pass(to: ms(8000))
    let turn = try #require(stage.turns.all.first)
    #expect(abs(turn.start - ms(2000)) <= ms(4))
    let last = try #require(turn.events.filter { $0.message.isNoteOn }.last)
    #expect(last.nanoseconds < ms(4010))
  }

  @Test func itDoesNotHearItself() throws {
    var settings = DuetSettings()
    settings.seconds = 4
    let stage = try Stage(settings)
    try call(stage)
    try stage.engine.answer(at: stage.tape.now)
    var echoed = 0
    for _ in 0..<2000 {
      let before = stage.tape.now
      try stage.pass(to: before + ms(3))
      // What has sounded comes back in 2 ms.
      for entry in stage.tape.entries
      where entry.message.isNoteOn && before < entry.time && entry.time <= stage.tape.now {
        stage.tape.now += ms(2)
        let event = InputEvent.message(entry.message, from: keyboard)
        #expect(
          stage.echoes.isEcho(StampedEvent(nanoseconds: stage.tape.now, event: event)))
        echoed += 1
      }
    }
    #expect(echoed > 0 && stage.echoes.count == echoed && stage.turns.echoes == 1)
    #expect(stage.turns.all.map(\.ending) == [.complete])
  }

  @Test func aSoftPedalThatIsPlayedWithIsNoSign() throws {
    var settings = DuetSettings()
    settings.patience = 1e-9
    let stage = try Stage(settings)
    try call(stage)
    // Held for a passage, with and without a note, and put down under a key.
    for isStruck in [true, false] {
      let start = stage.tape.now
      try stage.play(.control(controller: 67, value: 127), at: start)
      if isStruck {
        try stage.play(.noteOn(pitch: 60, velocity: 30), at: start + ms(100))
        try stage.play(.noteOff(pitch: 60), at: start + ms(200))
      }
      try stage.pass(to: start + ms(isStruck ? 300 : 600))
      try stage.play(.control(controller: 67, value: 0), at: stage.tape.now)
      #expect(!stage.engine.isAnswering)
    }
    try stage.play(.noteOn(pitch: 62, velocity: 30), at: stage.tape.now)
    try stage.play(.control(controller: 67, value: 127), at: stage.tape.now)
    try stage.play(.noteOff(pitch: 62), at: stage.tape.now + ms(50))
    try stage.play(.control(controller: 67, value: 0), at: stage.tape.now)
    #expect(!stage.engine.isAnswering)
  }

  @Test func chosenKeysAskForAnAnswerAndAreNoMusic() throws {
    for chord: Set<UInt8> in [[96], [21, 108]] {
      var settings = DuetSettings()
      settings.patience = 1e-9
      settings.seconds = 3
      let stage = try Stage(settings, chords: [.answer: chord])
      try call(stage)
      try stage.pass(to: ms(1200))
      // The soft pedal is only a pedal now.
      try stage.play(.control(controller: 67, value: 127), at: ms(1200))
      let heard = stage.engine.heardEvents
      for key in chord.sorted() {
        #expect(!stage.engine.isAnswering)
        try stage.play(.noteOn(pitch: key, velocity: 50), at: ms(1210))
      }
      #expect(stage.engine.isAnswering)
      // Only time has passed since.
      #expect(stage.engine.heardEvents - heard <= 1)
      for key in chord { try stage.play(.noteOff(pitch: key), at: ms(1400)) }
      try stage.pass(to: ms(9000))
      #expect(stage.turns.all.map(\.ending) == [.complete])
      #expect(stage.sounding().isEmpty)
    }
  }

  @Test func aKeyOfAGestureStopsItAtOnceAndIsHeardIfItIsNone() throws {
    var settings = DuetSettings()
    settings.seconds = 10
    let stage = try Stage(settings, chords: Gesture.chords)
    try call(stage)
    try stage.engine.answer(at: stage.tape.now)
    try stage.pass(to: stage.tape.now + ms(1500))
    let time = stage.tape.now
    try stage.play(.noteOn(pitch: 21, velocity: 90), at: time)
    #expect(!stage.engine.isAnswering)
    #expect(stage.sounding() == [21])
    let before = stage.engine.heardEvents
    try stage.pass(to: time + ms(170))
    #expect(stage.engine.heardEvents > before)
    try stage.play(.noteOff(pitch: 21), at: time + ms(200))
    #expect(stage.sounding().isEmpty)
  }

  @Test func aLateInstrumentIsPlayedToEarlier() throws {
    var settings = DuetSettings()
    settings.seconds = 8
    let stage = try Stage(settings, delay: 500)
    try call(stage)
    try stage.engine.answer(at: stage.tape.now)
    let start = stage.tape.now
    try stage.pass(to: start + ms(3000))
    let turn = try #require(stage.turns.all.first)
    let sent = stage.tape.entries.map(\.time)
    // All is sent half a second before it is taken to sound, and nothing too late.
    #expect(turn.events.map(\.nanoseconds) == sent.prefix(turn.events.count).map { $0 + ms(500) })
    #expect(stage.tape.entries.allSatisfy { $0.time > $0.given })
    #expect((turn.events.first?.nanoseconds ?? 0) >= start + ms(500))
    let key = stage.tape.now
    try stage.play(.noteOn(pitch: 20, velocity: 90), at: key)
    #expect(stage.engine.isAnswering)
    try stage.pass(to: key + ms(503))
    #expect(!stage.engine.isAnswering && stage.turns.all[0].ending == .interrupted)
    // Nothing was sent later than the key, and what was is let go.
    #expect(stage.tape.entries.allSatisfy { $0.time <= key })
    #expect(stage.sounding() == [20])
    #expect(KeyboardState(after: stage.turns.all[0].events.map(\.message)).isHeld == false)
  }

  @Test func onALateInstrumentNothingHangs() throws {
    for (seed, together) in [(1, false), (2, true), (3, true), (4, false)] {
      var settings = DuetSettings()
      settings.seconds = 6
      settings.together = together
      let stage = try Stage(settings, seed: UInt64(seed), delay: 300)
      var random = SeededGenerator(seed: UInt64(seed))
      for _ in 0..<60 {
        let pitch = UInt8.random(in: 20...24, using: &random)
        try stage.pass(
          to: stage.tape.now + ms([1, 30, 120, 900].randomElement(using: &random) ?? 0))
        if Int.random(in: 0..<3, using: &random) == 0 {
          try stage.engine.answer(at: stage.tape.now)
        } else {
          try stage.play(.noteOn(pitch: pitch, velocity: 64), at: stage.tape.now)
          try stage.pass(to: stage.tape.now + ms(20))
          try stage.play(.noteOff(pitch: pitch), at: stage.tape.now)
        }
      }
      try stage.stop()
      let sent = stage.tape.entries.filter { entry in
        guard case .channel(_, let pitch, _) = entry.message else { return false }
        return !(20...24).contains(pitch)
      }
      #expect(sent.contains { $0.message.isNoteOn })
      #expect(
        !KeyboardState(
          after: sent.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map(\.message)
        )
        .isHeld, "seed \(seed)")
      for turn in stage.turns.all {
        #expect(!KeyboardState(after: turn.events.map(\.message)).isHeld, "seed \(seed)")
      }
    }
  }

  @Test func itListensOnWithoutAnInstrumentAndPlaysWhenThatIsBack() throws {
    var settings = DuetSettings()
    settings.seconds = 5
    let stage = try Stage(settings)
    try call(stage)
    try stage.engine.answer(at: stage.tape.now)
    try stage.pass(to: stage.tape.now + ms(1000))
    stage.tape.isGone = true
    #expect(throws: SequencerError.portGone(name: "piano")) {
      try stage.pass(to: stage.tape.now + ms(3000))
    }
    stage.engine.loseVoice(at: stage.tape.now)
    #expect(stage.turns.all.last?.ending == .stopped)
    #expect(!KeyboardState(after: stage.turns.all[0].events.map(\.message)).isHeld)
    #expect(!stage.engine.findVoice())
    let before = stage.engine.heardEvents
    try stage.play(.noteOn(pitch: 60, velocity: 64), at: stage.tape.now)
    try stage.play(.noteOff(pitch: 60), at: stage.tape.now + ms(100))
    try stage.pass(to: stage.tape.now + ms(20_000))
    #expect(stage.engine.heardEvents > before)
    #expect(stage.turns.all.count == 1)
    stage.tape.isGone = false
    #expect(stage.engine.findVoice())
    try stage.engine.answer(at: stage.tape.now)
    try stage.pass(to: stage.tape.now + ms(12_000))
    #expect(stage.turns.all.map(\.ending) == [.stopped, .complete])
  }

  /// Stopped while the note sounds that looks for echoes, it leaves nothing sounding.
  @Test(arguments: [10, 30, 60]) func theNoteThatLooksForEchoesEnds(milliseconds: Int) throws {
    let stage = try Stage(DuetSettings())
    try stage.engine.probe(at: 0)
    try stage.pass(to: ms(milliseconds))
    try stage.stop()
    #expect(stage.sounding().isEmpty)
    #expect(stage.tape.entries.contains { $0.message.isNoteOn } == (milliseconds >= 20))
  }

  @Test func pedalsAloneAreNoCall() throws {
    let stage = try Stage(DuetSettings())
    for second in 0..<10 {
      try stage.pass(to: ms(second * 1000))
      try stage.play(
        .control(controller: 64, value: second % 2 == 0 ? 127 : 0), at: ms(second * 1000))
    }
    try stage.pass(to: ms(20_000))
    #expect(stage.turns.all.isEmpty && stage.engine.isMusiciansTurn)
  }

  @Test func aCallOfOneNoteIsAnswered() throws {
    let stage = try Stage(DuetSettings())
    try stage.play(.noteOn(pitch: 60, velocity: 64), at: 0)
    try stage.pass(to: ms(300))
    try stage.play(.noteOff(pitch: 60), at: ms(300))
    try stage.pass(to: ms(20_000))
    #expect(stage.turns.all.map(\.ending) == [.complete])
    #expect(stage.sounding().isEmpty)
  }

  /// The longest call that a phrase can be: what is read at the hand-over is only what is new.
  @Test func aCallOfTenMinutesIsAnsweredLikeAnyOther() throws {
    var settings = DuetSettings()
    settings.patience = 1e-6
    let stage = try Stage(settings)
    for place in 0..<1200 {
      try stage.pass(to: ms(place * 500))
      try stage.play(.noteOn(pitch: UInt8(48 + place % 24), velocity: 64), at: ms(place * 500))
      try stage.pass(to: ms(place * 500 + 300))
      try stage.play(.noteOff(pitch: UInt8(48 + place % 24)), at: ms(place * 500 + 300))
    }
    let heard = stage.engine.heardEvents
    try stage.engine.answer(at: stage.tape.now)
    #expect(stage.engine.heardEvents - heard <= 1)
    try stage.pass(to: stage.tape.now + ms(25_000))
    let turn = try #require(stage.turns.all.last)
    #expect(turn.ending == .complete)
    let last = try #require(turn.events.last { $0.message.isNoteOn })
    #expect(last.nanoseconds - turn.start <= ms(12_100))
    #expect(stage.sounding().isEmpty)
  }

  /// With how many seeds; 84 are ten thousand of the musician's messages each way.
  private static let seeds =
    ProcessInfo.processInfo.environment["WOODSHED_DUETS"].flatMap(UInt64.init) ?? 4

  @Test func whatIsAskedOfItIsHeard() throws {
    func notes(_ controls: Controls) throws -> [UInt8] {
      var settings = DuetSettings()
      settings.seconds = 12
      settings.controls = controls
      let stage = try Stage(settings)
      try call(stage)
      try stage.engine.answer(at: stage.tape.now)
      try stage.pass(to: ms(16_000))
      #expect(stage.sounding().isEmpty)
      return stage.tape.entries.compactMap {
        guard $0.message.isNoteOn, case .channel(_, let pitch, _) = $0.message else { return nil }
        return pitch
      }
    }
    var controls = Controls()
    controls.density = try ControlLine.density("1")
    let few = try notes(controls)
    controls.density = try ControlLine.density("12")
    let many = try notes(controls)
    #expect(many.count > 2 * few.count)
    controls.pitchClasses = try PitchClassLine("C E G")
    #expect(try notes(controls).allSatisfy { [0, 4, 7].contains($0 % 12) })
  }

  @Test func togetherItPlaysLessTheMoreTheMusicianDoes() throws {
    func notes(whilePlaying isPlaying: Bool) throws -> Int {
      var settings = DuetSettings()
      settings.together = true
      settings.seconds = 10
      let stage = try Stage(settings)
      try call(stage)
      try stage.engine.answer(at: stage.tape.now)
      let start = stage.tape.now
      for place in 0..<100 {
        try stage.pass(to: start + ms(place * 100))
        guard isPlaying else { continue }
        let pitch = UInt8(30 + place % 7)
        try stage.play(.noteOn(pitch: pitch, velocity: 60), at: start + ms(place * 100))
        try stage.pass(to: start + ms(place * 100 + 40))
        try stage.play(.noteOff(pitch: pitch), at: start + ms(place * 100 + 40))
      }
      try stage.pass(to: start + ms(12_000))
      #expect(stage.sounding().isEmpty)
      return stage.tape.entries.count { $0.message.isNoteOn }
    }
    #expect(try notes(whilePlaying: true) < notes(whilePlaying: false))
  }

  /// The musician plays at random, over the model and while it gives way, and everything ends when they stop.
  @Test(arguments: [false, true]) func nothingHangsWhateverTheMusicianDoes(together: Bool) throws {
    var endings: [DuetNews.Ending] = []
    for seed in 1...Self.seeds {
      var settings = DuetSettings()
      settings.together = together
      settings.seconds = 6
      settings.patience = 0.3
      let stage = try Stage(settings, seed: seed)
      var random = SeededGenerator(seed: seed)
      var (held, now) = (Set<UInt8>(), Int64(0))
      var isDown = false
      for _ in 0..<120 {
        now += ms([0, 1, 7, 30, 120, 700].randomElement(using: &random) ?? 0)
        try stage.pass(to: now)
        let pitch = UInt8.random(in: 40...80, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          isDown.toggle()
          try stage.play(.control(controller: 64, value: isDown ? 127 : 0), at: now)
        case 1: try stage.engine.answer(at: now)
        case 2...4 where held.insert(pitch).inserted:
          try stage.play(.noteOn(pitch: pitch, velocity: 64), at: now)
        default:
          guard let key = held.randomElement(using: &random) else { continue }
          held.remove(key)
          try stage.play(.noteOff(pitch: key), at: now)
        }
      }
      for key in held { try stage.play(.noteOff(pitch: key), at: now) }
      try stage.stop()
      #expect(stage.sounding("seed \(seed)").isEmpty)
      #expect(stage.tape.entries.contains { $0.message.isNoteOn })
      endings += stage.turns.all.compactMap(\.ending)
    }
    #expect(endings.contains(together ? .complete : .interrupted))
  }
}

@Suite struct ListenerTests {
  /// What is heard live is what is read of a take, to the network's last number.
  @Test func itExpectsWhatAReaderOfTheTakeDoes() throws {
    let network = SampledNetwork(try fixture("hearing-1"), precision: .float32)
    let listener = try Listener([network])
    var events: [MIDIEvent] = []
    var random = SeededGenerator(seed: 3)
    var now: Int64 = 0
    for _ in 0..<60 {
      now += ms(Int.random(in: 1...400, using: &random))
      let pitch = UInt8.random(in: 50...70, using: &random)
      events.append(MIDIEvent(nanoseconds: now, message: .noteOn(pitch: pitch, velocity: 64)))
      now += ms(Int.random(in: 11...200, using: &random))
      events.append(MIDIEvent(nanoseconds: now, message: .noteOff(pitch: pitch)))
    }
    for event in events {
      try listener.pass(to: event.nanoseconds - ms(2))
      listener.hear(event.message, at: event.nanoseconds)
    }
    try listener.pass(to: now + ms(20))
    let tokens = PreparedNotes(NoteReading(of: events).soundingNotes).tokens()
    #expect(listener.events == tokens.count)
    let sampler = try Sampler([network], streams: 1, seed: 1)
    try sampler.prime([tokens])
    #expect(listener.expectation == sampler.logits(of: 0))
  }

  /// What follows a call is as likely to the live state as `evaluate` finds it in the whole take.
  @Test func whatFollowsACallIsAsLikelyAsInTheWholeTake() throws {
    let model = try Model(
      file: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Templates/solo-piano/base.safetensors"),
      precision: .float32)
    let network = SampledNetwork(model.weights, precision: .float32)
    var events: [MIDIEvent] = []
    var random = SeededGenerator(seed: 5)
    for place in 0..<120 {
      let start = ms(place * 180 + Int.random(in: 0...40, using: &random))
      let pitch = UInt8([60, 64, 67, 72, 71, 65, 62, 55][place % 8] + place / 40)
      events.append(MIDIEvent(nanoseconds: start, message: .noteOn(pitch: pitch, velocity: 60)))
      events.append(MIDIEvent(nanoseconds: start + ms(120), message: .noteOff(pitch: pitch)))
    }
    events.sort { $0.nanoseconds < $1.nanoseconds }
    let tokens = PreparedNotes(NoteReading(of: events).soundingNotes).tokens()
    let listener = try Listener([network])
    for event in events[..<160] {
      try listener.pass(to: event.nanoseconds - ms(2))
      listener.hear(event.message, at: event.nanoseconds)
    }
    try listener.pass(to: events[159].nanoseconds + ms(12))
    let heard = listener.events
    #expect(heard > 200 && tokens.count - heard > 80)
    let sampler = try Sampler([network], streams: 1, seed: 1)
    listener.continuing(in: sampler)
    let live = try tokens[heard...].map { token in
      -(try sampler.step(
        [.read(token)], temperature: 1, topP: 1, measures: true, allow: { _, _ in })[0]
        .logProbability)
    }
    let whole = try Evaluator(weights: model.weights, precision: .float32)
      .eventScores(of: [TokenSequence(tokens, context: model.form.context())])[0][(heard - 1)...]
    #expect(live.count == whole.count)
    let difference = (live.reduce(0, +) - whole.reduce(0, +)) / Float(live.count)
    #expect(abs(difference) <= 1e-4)
  }

  @Test func theProbabilityOfASilenceFallsAndOnlyInSilence() throws {
    let listener = try Listener([SampledNetwork(try fixture("hearing-1"), precision: .float32)])
    #expect(listener.silenceProbability(at: ms(5000)) == 1)
    listener.hear(.noteOn(pitch: 60, velocity: 64), at: ms(5000))
    try listener.pass(to: ms(5400))
    #expect(listener.silenceProbability(at: ms(5400)) == 1)
    listener.hear(.noteOff(pitch: 60), at: ms(5400))
    var last = 1.0
    for time in stride(from: 5420, through: 9000, by: 20) {
      try listener.pass(to: ms(time))
      let probability = listener.silenceProbability(at: ms(time))
      #expect(0...last ~= probability)
      last = probability
    }
    #expect(last < 0.5)
  }
}

@Suite struct PauseSurvivalTests {
  /// Logits whose probabilities are given: of the time-shifts of 1, 2, … steps and of all else.
  private func logits(_ shifts: [Int: Double], else other: Double) -> [Float] {
    var logits = Array(repeating: Float(-100), count: 388)
    for (steps, share) in shifts { logits[255 + steps] = Float(log(share)) }
    logits[60] = Float(log(other))
    return logits
  }

  @Test func itIsTheChainOfLongerShifts() {
    var survival = PauseSurvival()
    #expect(survival.probability(after: 50) == 1)
    // Half of what is no shift counts for nothing: the step is over.
    survival.begin(logits([10: 0.1, 50: 0.2, 100: 0.2], else: 0.5))
    for (steps, expected) in [(0, 1.0), (9, 1), (10, 0.8), (49, 0.8), (50, 0.4), (99, 0.4)] {
      #expect(abs(survival.probability(after: steps) - expected) < 1e-6, "\(steps)")
    }
    // After a second that something follows at once is a possibility.
    survival.pass(logits([30: 0.5, 100: 0.1], else: 0.4))
    for (steps, expected) in [(0, 0.24), (29, 0.24), (30, 0.04), (99, 0.04)] {
      #expect(abs(survival.probability(after: steps) - expected) < 1e-6, "\(steps)")
    }
    survival.pass(logits([100: 0.25], else: 0.75))
    #expect(abs(survival.probability(after: 99) - 0.01) < 1e-6)
    survival.end()
    #expect(survival.probability(after: 99) == 1)
  }
}

@Suite struct EchoFilterTests {
  private func event(_ message: MIDIMessage, at time: Int64) -> StampedEvent {
    StampedEvent(nanoseconds: time, event: .message(message, from: keyboard))
  }

  @Test func anEqualNoteThatFollowsAtOnceIsAnEchoAndSoIsItsEnd() {
    let filter = EchoFilter()
    filter.sends(.noteOn(pitch: 60, velocity: 70), at: ms(1000))
    let note = MIDIMessage.noteOn(pitch: 60, velocity: 70)
    // Before it was sent; another key; another velocity.
    #expect(!filter.isEcho(event(note, at: ms(900))))
    #expect(!filter.isEcho(event(.noteOff(pitch: 60), at: ms(950))))
    #expect(!filter.isEcho(event(.noteOn(pitch: 61, velocity: 70), at: ms(1001))))
    #expect(!filter.isEcho(event(.noteOn(pitch: 60, velocity: 71), at: ms(1001))))
    #expect(!filter.isEcho(event(.noteOff(pitch: 60), at: ms(1001))))
    #expect(filter.isEcho(event(note, at: ms(1003))))
    #expect(filter.isEcho(event(.noteOff(pitch: 60), at: ms(1500))))
    // Each comes back once.
    #expect(!filter.isEcho(event(note, at: ms(1510))))
    #expect(!filter.isEcho(event(.noteOff(pitch: 60), at: ms(1600))))
    #expect(filter.count == 1)
  }

  @Test func whatWasWithdrawnOrIsLongAgoIsNone() {
    let filter = EchoFilter()
    let note = MIDIMessage.noteOn(pitch: 60, velocity: 70)
    filter.sends(note, at: ms(1000))
    filter.sends(note, at: ms(2000))
    filter.withdraws(after: ms(1500))
    #expect(!filter.isEcho(event(note, at: ms(1081))))
    #expect(!filter.isEcho(event(note, at: ms(2001))))
  }
}
