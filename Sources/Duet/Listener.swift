package import MIDI
package import Network
package import Performance
import Player

/// What a model has heard of a performance so far, told as it is played: the musician's playing and what it
/// played itself.
///
/// It hears exactly what it would read of the recorded take: the events of a step of 10 ms when the step is
/// over, and each second of silence when it has passed (``LiveEncoding``). So it never has to read a primer
/// before it can go on. Used by one thread at a time.
package final class Listener {
  private let sampler: Sampler
  private var encoding = LiveEncoding(.music)
  private var survival = PauseSurvival()
  private var tokens: [UInt16] = []
  /// The state of the keyboard after all that was heard.
  package private(set) var grammar = Grammar()
  /// How many events it has heard.
  package private(set) var events = 0

  private static let second = Vocabulary.token(of: .timeShift(steps: Vocabulary.longestShift))

  /// A listener by the weighted sum of several networks.
  ///
  /// - Throws: `NetworkError`.
  package init(_ networks: [SampledNetwork]) throws {
    sampler = try Sampler(networks, streams: 1, seed: 0)
    tokens.reserveCapacity(4096)
  }

  /// Hears a message at a time in nanoseconds, which is not before that of the last one.
  package func hear(_ message: MIDIMessage, at time: Int64) { encoding.hear(message, at: time) }

  /// Tells the model all steps that are over at `time`, in nanoseconds.
  ///
  /// - Throws: `NetworkError`.
  package func pass(to time: Int64) throws {
    tokens.removeAll(keepingCapacity: true)
    encoding.pass(to: time, into: &tokens)
    for token in tokens { try read(token) }
  }

  /// Begins two steps after `time`, in nanoseconds, with a velocity of the middle, where nothing has been heard
  /// yet.
  ///
  /// - Throws: `NetworkError`.
  package func beginIfSilent(at time: Int64) throws {
    guard events == 0 else { return }
    encoding.begin(at: time + 2 * Vocabulary.nanosecondsPerStep, bin: Self.firstBin)
    guard encoding.time(after: 0) != nil else { return }
    try read(Vocabulary.token(of: .velocity(bin: Self.firstBin)))
  }

  private static let firstBin = 17

  private func read(_ token: UInt16) throws {
    if events == 0 {
      try sampler.prime([[token]])
    } else {
      _ = try sampler.step(
        [.read(token)], temperature: 1, topP: 1, measures: false, allow: { _, _ in })
    }
    events += 1
    grammar.advance(token)
    if grammar.isSounding {
      survival.end()
    } else if token == Self.second {
      survival.pass(sampler.logits(of: 0))
    } else if !Vocabulary.velocities.contains(Int(token)) {
      survival.begin(sampler.logits(of: 0))
    }
  }

  /// The probability, as the model finds it, that the player would not have gone on by `time`, in nanoseconds;
  /// 1 while a key or the pedal is down or a note sounds, and before the first note.
  package func silenceProbability(at time: Int64) -> Double {
    encoding.isHeld ? 1 : survival.probability(after: encoding.steps(to: time))
  }

  /// Whether a key or the pedal is down, a note sounds, or a step with something in it is not over.
  package var isHeld: Bool { encoding.isHeld }

  /// How many steps have passed since the last event at `time`, in nanoseconds.
  package func steps(to time: Int64) -> Int { encoding.steps(to: time) }

  /// The time of the last event, in nanoseconds; `nil` before the first.
  package var lastTime: Int64? { encoding.time(after: 0) }

  /// What the model expects next, `[388]`: logits.
  package var expectation: [Float] { sampler.logits(of: 0) }

  /// Makes another sampler of the same networks go on from here.
  package func continuing(in other: Sampler) { other.copy(sampler) }
}
