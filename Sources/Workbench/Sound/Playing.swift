import Library
import MIDI
import Sequencer
package import Work

/// What to play, where and how.
public struct PlayRequest: Sendable {
  /// The takes, in this order.
  public var takes = TakeChoice()
  /// The port to play to, by name or numbers, or `speakers`; `nil` for the only device there is, else
  /// the only program, else the speakers.
  public var port: String?
  /// How the speakers sound.
  public var sound = SoundRequest()
  /// Whether to begin again at the end.
  public var loops = false
  /// How fast; 1 as it was played.
  public var tempo = 1.0

  /// Plays nothing yet.
  public init() {}
}

/// Takes being played, which the musician may pause, wind and slow down.
public final class Playing: Sendable {
  /// Where playing is.
  public struct Status: Hashable, Sendable {
    /// The take that is played.
    public var take: Int64
    /// Seconds into it.
    public var seconds: Double
    /// Where it ends, in seconds: its length, or the end of the part that is played.
    public var length: Double
    /// Whether it is paused.
    public var isPaused: Bool
    /// How fast; 1 as it was played.
    public var tempo: Double
  }

  /// The name of the port, or what the speakers are called.
  public let port: String

  private struct LoadedTake {
    var number: Int64
    var events: [MIDIEvent]
    /// Where in the take its events begin, in nanoseconds.
    var start: Int64
    var end: Int64 { start + (events.last?.nanoseconds ?? 0) }
  }

  private let takes: [LoadedTake]
  private let loops: Bool
  private let output: any TakePlayer
  private let control: Control

  /// The musician's controls.
  private actor Control {
    var tempo: Double
    var isStopped = false
    init(tempo: Double) { self.tempo = tempo }
    func stop() { isStopped = true }
    func multiply(by factor: Double) -> Double {
      tempo = min(4, max(0.25, tempo * factor))
      return tempo
    }
  }

  init(project: Project, request: PlayRequest) throws {
    try Setting.tempo.require(request.tempo, in: 0.25...4)
    try request.sound.check()
    takes = try project.chosenParts(of: request.takes, doing: "play").map { part in
      let excerpt = try project.excerpt(
        of: part, withPrimer: request.takes.withPrimer, doing: "play")
      return LoadedTake(number: part.take.number, events: excerpt.events, start: excerpt.start)
    }.filter { !$0.events.isEmpty }
    guard !takes.isEmpty else { throw WorkbenchError.nothingToPlay() }
    (output, port) = try request.openPlayer()
    loops = request.loops
    control = Control(tempo: request.tempo)
    SequencerOutput.silenceOnFaults()
  }

  /// Plays to the end, or until ``stop()``; however it ends, all notes are off then.
  ///
  /// - Throws: `SequencerError`, `SynthError`.
  public func run(progress: @escaping @Sendable (Status) -> Void) async throws {
    repeat {
      for take in takes where await !control.isStopped {
        let end = Double(take.end) / 1e9
        try await output.play(take.events, from: 0, tempo: control.tempo) { now in
          progress(
            Status(
              take: take.number, seconds: Double(take.start + now.position) / 1e9, length: end,
              isPaused: now.isPaused, tempo: now.tempo))
        }
      }
    } while loops ? await !control.isStopped : false
  }

  /// Stops, with all notes off.
  public func stop() async throws {
    await control.stop()
    try await output.stop()
  }

  /// Pauses or resumes.
  public func togglePause() async throws {
    if try await output.progress?.isPaused == true {
      try await output.resume()
    } else {
      try await output.pause()
    }
  }

  /// Seeks by `seconds`; backwards if it is negative.
  public func wind(seconds: Double) async throws {
    guard let position = try await output.progress?.position else { return }
    try await output.seek(to: max(0, position + Int64(seconds * 1e9)))
  }

  /// Plays faster, or slower below 1; from a quarter of the tempo to four times it.
  public func multiplyTempo(by factor: Double) async throws {
    try await output.setTempo(control.multiply(by: factor))
  }
}

extension Setting {
  package static let tempo = Setting("tempo")
}

extension Project {
  /// Prepares to play takes to a port or the speakers.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`, `SequencerError`, `SynthError`.
  public func playback(of request: PlayRequest) throws -> Playing {
    try Playing(project: self, request: request)
  }
}

extension SequencerPort {
  /// The port of a name; without one the only device there is, else the only program.
  ///
  /// - Throws: `SequencerError`, ``WorkbenchError/severalInstruments(_:)``.
  static func toPlayTo(named name: String?) throws -> SequencerPort {
    let ports = try PortList.current().filter(\.isWritable)
    if let name { return try PortQuery(name).only(of: ports) }
    let devices = ports.filter { $0.kind == .hardware }
    let programs = ports.filter { $0.kind == .software }
    guard let first = devices.first ?? programs.first else {
      throw SequencerError.noSuchPort(name: "an instrument", candidates: ports.map(\.name))
    }
    let candidates = devices.isEmpty ? programs : devices
    guard candidates.allSatisfy({ $0.address.client == first.address.client }) else {
      throw WorkbenchError.severalInstruments(candidates.map { "\($0.address) \($0.name)" })
    }
    return first
  }
}
