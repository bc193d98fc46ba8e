public import Player
import Work

/// A request for readings of a score.
public struct PerformRequest: Hashable, Codable, Sendable {
  /// The score: a MIDI file, a take's number, or "last".
  public var score: String
  /// How many readings.
  public var count = 4
  /// The model that reads.
  public var model = ModelName.current
  /// How far from the base to the model, 0 to 1, or beyond it; `nil` is the model alone.
  public var dial: Double?
  /// The tempo: up to 4 times the notated one, or from 20 on in quarters a minute at the beginning.
  public var tempo = 1.0
  /// What the logits are divided by; 1 is the distribution that the model was trained on. At less, loudness was
  /// nearer to people's.
  public var temperature = 0.7
  /// The seed; `nil` draws one, which is kept with the takes.
  public var seed: UInt64?
  /// How many streams compete for each reading; with 1 there is no competition.
  public var streams = 64
  /// How much it counts what the model gives to the notes that it was made to play: 1 as much as it is, 0
  /// not at all.
  public var massExponent: Float = 1
  /// The precision; `nil` for the fastest on this processor.
  public var precision: ComputePrecision?

  /// Four readings by the current model, in the notated tempo.
  public init(of score: String) { self.score = score }

  /// Checks the bounds of every number.
  ///
  /// - Throws: `WrongValue`.
  func check() throws {
    try Setting.count.require(count, in: 1...32)
    try Setting("temperature").require(temperature, in: 0.05...5)
    try Setting("streams").require(streams, in: 1...128)
    try Setting("massExponent").require(massExponent, in: 0...1)
    guard Self.factors.contains(tempo) || Self.beats.contains(tempo) else {
      throw WrongValue(
        Setting("tempo"), "\(tempo)",
        mustBe: "a factor from 0.25 to 4, or quarters a minute from 20 to 400")
    }
    if let dial { try Setting.dial.require(dial, in: -4...4) }
    if let seed { try Setting.requireSeed(seed) }
  }

  private static let factors = 0.25...4.0
  private static let beats = 20.0...400.0

  /// The factor of a score's notated tempo.
  ///
  /// - Throws: ``WorkbenchError/noTempo(of:)``.
  func factor(for score: Score) throws -> Double {
    guard !Self.factors.contains(tempo) else { return tempo }
    guard let notated = score.beatsPerMinute else { throw WorkbenchError.noTempo(of: self.score) }
    return tempo / notated
  }
}
