import Player
import Sequencer
import Synth
public import Work

/// Which takes to audition and how.
public struct AuditionRequest: Sendable {
  /// These takes in this order; empty for all that are neither kept nor discarded.
  public var takes: [TakeName] = []
  /// Only takes of this origin; `nil` for those that a model had a part in.
  public var origin: TakeFilter.Origin?
  /// The order of the takes.
  public var order = AuditionOrder.mixed
  /// The maximum number of takes: about as many as one hears with a fresh ear.
  public var count = 30
  /// The port to play to, by name or numbers; `nil` for the only one there is.
  public var port: String?
  /// Whether the next take begins by itself at a take's end.
  public var goesOn = false
  /// The seed of random choices; `nil` for another one each time.
  public var seed: UInt64?

  /// A request for the takes that are neither kept nor discarded.
  public init() {}

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  public func check() throws {
    try Setting.count.require(count, in: 1...Int.max, saying: "1 or more")
    if let seed { try Setting.requireSeed(seed) }
  }
}

extension Project {
  /// Puts takes in order and prepares to play them.
  ///
  /// If no port was asked for and there is nothing to play on, the audition is silent; a port that was asked
  /// for and is not there is an error.
  ///
  /// - Throws: `WrongValue`, ``WorkbenchError``, `LibraryError`, `SequencerError`, `CheckpointError`.
  public func audition(_ request: AuditionRequest, progress: @escaping ProgressHandler)
    async throws -> Audition
  {
    try request.check()
    let (player, sound) = try player(for: request.port)
    let programme = try programme(for: request, progress: progress)
    guard !programme.entries.isEmpty else {
      throw WorkbenchError.nothingToAudition(project: settings.name)
    }
    return try await Audition(
      project: self, programme: programme, player: player, sound: sound, goesOn: request.goesOn)
  }

  private func player(for port: String?) throws -> (any AuditionPlayer, Audition.Sound) {
    var request = PlayRequest()
    request.port = port
    do {
      let (player, name) = try request.openPlayer()
      SequencerOutput.silenceOnFaults()
      return (player, .output(name: name))
    } catch is SynthError where port == nil {
      return (SilentPlayer(), .nowhere)
    }
  }
}
