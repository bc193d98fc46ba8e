public import Capture
public import Duet
import Foundation
import Library
import MIDI
import Network
import Player
import Sequencer
import Synchronization
import Synth

/// What a duet reports while it runs.
public enum DuetReport: Sendable {
  /// What the recorder reports.
  case recorder(RecorderNews)
  /// The model begins to answer; `byItself` when it found the silence long, rather than being asked.
  case answers(byItself: Bool)
  /// The model's answer is over, or the musician has cut it short.
  case ends(cutShort: Bool)
  /// What the model played comes back at the input, and is taken for no playing.
  case echo
  /// The instrument of this name, which the model plays to, is gone; the model only listens.
  case instrumentGone(name: String)
  /// The instrument is back.
  case instrumentBack
  /// The model has stopped; what is played is recorded further.
  case fails(cause: String)
}

/// A duet in progress: what the musician plays is recorded and heard by a model, which answers.
public final class DuetSession: Sendable {
  /// What is happening.
  public struct Status: Sendable {
    /// What is recorded.
    public var recorder: RecorderStatus
    /// Whether the model plays.
    public var isAnswering: Bool
    /// Whether the model does nothing until the musician has played or asks for an answer.
    public var isMusiciansTurn: Bool
    /// The probability that the model gives to a silence as long as the present one.
    public var silenceProbability: Double
    /// The notes that the model is about to play, with seconds until then.
    public var ahead: [(pitch: UInt8, seconds: Double)]
  }

  /// What is played to: a port's name, the speakers, or the address that other programs connect to.
  public let output: String
  /// How late what it plays is heard, in seconds, as far as that is known: the speakers' buffer.
  public let latency: Double

  private let recording: Recording
  private let loop: DuetLoop

  init(_ recording: Recording, _ loop: DuetLoop, output: String, latency: Double) {
    self.recording = recording
    self.loop = loop
    self.output = output
    self.latency = latency
  }

  /// The address that other programs can connect to, to be heard: "128:0".
  public var address: String { recording.address }

  /// Plays and records until ``stop()``.
  ///
  /// - Throws: An error of the sequencer, if nothing was played before it.
  public func run() async throws -> RecordReport {
    defer { loop.stop() }
    return try await recording.run()
  }

  /// Ends the duet; ``run()`` returns when everything is stored.
  public func stop() {
    loop.stop()
    recording.stop()
  }

  /// Asks the model to answer now.
  public func answer() { loop.answer() }

  /// Changes how the model answers from here on.
  public func change(to settings: DuetSettings) { loop.change(to: settings) }

  /// In look-back mode, stores what was played in the last minutes.
  public func keepLookBack() async { await recording.keepLookBack() }

  /// What is happening.
  public var status: Status {
    get async {
      let duet = loop.status
      return Status(
        recorder: await recording.status, isAnswering: duet.isAnswering,
        isMusiciansTurn: duet.isMusiciansTurn,
        silenceProbability: duet.silenceProbability,
        ahead: duet.notesAhead.map { ($0.pitch, Double($0.nanoseconds - duet.now) / 1e9) })
    }
  }
}

extension Project {
  /// Opens the sequencer, loads the model and prepares to play with it.
  ///
  /// - Parameter report: Called with news for the musician, on any thread.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `SequencerError`, `SynthError`,
  ///   `CheckpointError`.
  public func duet(
    _ request: DuetRequest, recording: RecordRequest, sound: SoundRequest = SoundRequest(),
    report: @escaping @Sendable (DuetReport) -> Void
  ) throws -> DuetSession {
    try request.check()
    try recording.check()
    try sound.check()
    let chosen = try chosen(request.model, dial: request.dial, precision: request.precision)
    var asked = request
    asked.model = chosen.model.name
    var settings = request.settings
    if let like = request.like {
      let (number, notes) = try sourceTake(named: like, to: "take controls from")
      asked.like = "\(number)"
      settings.controls = settings.controls.filled(from: Controls(like: notes))
    }
    asked.seed = request.seed ?? UInt64.random(in: 0...UInt64(Int64.max))
    let generation = Generation(
      round: chosen.model.round, model: chosen.model.name.text, seed: asked.seed ?? 0,
      temperature: request.settings.temperature, topP: request.settings.topP,
      modelDigest: chosen.digest,
      recipe: try Recipe(.duetAnswer(asked), digests: chosen.otherDigests).text())
    // Before the input is there to be played to.
    let target = try request.target()
    let listener = Mutex<DuetLoop?>(nil)
    let echoes = EchoFilter()
    let hasBrokenOff = Atomic(false)
    let chords = recording.chords
    let recording = try Recording(
      recording, into: folder.appending(path: TakeLibrary.fileName),
      holding: try ProjectLock(of: self, for: .recording),
      dropping: { echoes.isEcho($0) },
      alsoTo: { event in listener.withLock(\.self)?.hear(event) },
      report: { news in
        if case .recovered = news { hasBrokenOff.store(true, ordering: .relaxed) }
        report(.recorder(news))
      })
    let voice = try request.voice(at: target, onClockOf: recording.clock, sound)
    // What sounded when an earlier one was killed sounds still.
    if hasBrokenOff.load(ordering: .relaxed) { try (voice.voice as? LiveOutput)?.silence() }
    let engine = try DuetEngine(
      chosen.networks, settings, on: voice.voice, seed: asked.seed ?? 0,
      delay: request.delay ?? 0, chords: chords, echoes: echoes
    ) { [recording] news in
      switch news {
      case .begins(let time, let byItself):
        recording.record(.begins(at: time, generation))
        report(.answers(byItself: byItself))
      case .played(let event): recording.record(.plays(event))
      case .echo: report(.echo)
      case .ends(let ending):
        recording.record(.ends)
        report(.ends(cutShort: ending == .interrupted))
      }
    }
    let clock = recording.clock
    let loop = DuetLoop(
      engine, probes: target != nil && request.settings.answers, now: { try clock.now() },
      voice: { news in
        switch news {
        case .lost(let name): report(.instrumentGone(name: name))
        case .found: report(.instrumentBack)
        }
      },
      failed: { report(.fails(cause: "\($0)")) })
    listener.withLock { $0 = loop }
    return DuetSession(recording, loop, output: voice.name, latency: voice.latency)
  }
}

extension DuetRequest {
  /// The port to play to; `nil` for the speakers, and where there is none and none was asked for.
  ///
  /// - Throws: `SequencerError`, ``WorkbenchError``.
  fileprivate func target() throws -> SequencerPort? {
    guard settings.answers, port != Speakers.name else { return nil }
    do {
      return try SequencerPort.toPlayTo(named: port)
    } catch SequencerError.noSuchPort where port == nil {
      return nil
    }
  }

  /// Opens what the model plays to.
  ///
  /// - Throws: `SequencerError`, `SynthError`.
  fileprivate func voice(
    at target: SequencerPort?, onClockOf input: SequencerInput, _ sound: SoundRequest
  ) throws -> (voice: any DuetVoice, name: String, latency: Double) {
    if settings.answers, port == Speakers.name {
      ALSALibrary.beQuiet()
      let soundFont = try sound.findSoundFont()
      let speakers = try LiveSpeakers(soundFont: soundFont, sound: sound.sound())
      return (
        speakers, "the speakers, by \(soundFont.file.lastPathComponent)",
        Double(LiveSpeakers.latency) / 1e9
      )
    }
    let output = try LiveOutput(to: target, onClockOf: input)
    return (output, target?.name ?? "port \(output.address)", 0)
  }
}

/// This machine's speakers.
extension LiveSpeakers: DuetVoice {}
