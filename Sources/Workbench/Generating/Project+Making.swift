import Library
import MIDI
import Network
import Player
import Rounds

/// The networks that play, by a model's name.
struct ChosenModel {
  /// The model that was named.
  var model: ResolvedModel
  /// The SHA-256 of its weights.
  var digest: String
  /// The networks: one, or the base and the model with their shares.
  var networks: [SampledNetwork]
  /// Digests of other files that have a part, by name.
  var otherDigests: [String: String] = [:]
}

/// A take that was made and not yet stored.
struct MadeTake {
  /// The number of its streams in the call.
  var stream: Int
  /// Its notes.
  var notes: [Note]
  /// How many performance events were drawn for it.
  var events: Int
  /// Of the streams that competed for it, how many counted on average.
  var effectiveStreams: Double?
  /// What the gauge gives it.
  var gauge: GenerateReport.Gauged?
}

/// What all takes of a call have in common.
struct TakeMaking {
  var recipe: Recipe
  var chosen: ChosenModel
  var seed: UInt64
  var settings: TakeSettings
  var primer = Primer()
  /// A take that they were made from otherwise than as a primer.
  var source: Int64?
  /// What was asked of them, for the report.
  var controls = Controls()
  /// The gauge that they were steered toward.
  var toward: Toward?
}

extension Project {
  /// The networks of a model.
  ///
  /// - Parameter dial: The share of the model; the base has the rest. 0 and 1 are the two alone, to the bit.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`.
  func chosen(
    _ name: ModelName, dial: Double? = nil, precision: ComputePrecision?
  ) throws -> ChosenModel {
    let model = try resolve(name)
    var chosen = ChosenModel(model: model, digest: try model.digest(), networks: [])
    let weights = try Model.weights(from: model.file)
    guard let dial, dial != 1 else {
      chosen.networks = [SampledNetwork(weights, precision: precision)]
      return chosen
    }
    guard model.name != .base else { throw WorkbenchError.dialOfTheBase }
    let base = try resolve(.base)
    chosen.otherDigests["base"] = try base.digest()
    let baseWeights = try Model.weights(from: base.file)
    if dial == 0 {
      chosen.networks = [SampledNetwork(baseWeights, precision: precision)]
    } else {
      chosen.networks = [
        SampledNetwork(baseWeights, precision: precision, share: Float(1 - dial)),
        SampledNetwork(weights, precision: precision, share: Float(dial)),
      ]
    }
    return chosen
  }

  /// Adds takes to the library, with how they were made.
  ///
  /// - Parameters:
  ///   - session: The name of the session; `nil` for the model's.
  ///   - seconds: How long it took.
  /// - Throws: `LibraryError`; nothing is added then.
  func store(
    _ takes: [MadeTake], by making: TakeMaking, in session: String? = nil,
    wallSeconds seconds: Double
  ) throws -> GenerateReport {
    let now = try library.dateInOrder()
    let model = making.chosen.model
    var recipe = making.recipe
    recipe.digests.merge(making.chosen.otherDigests) { first, _ in first }
    let text = try recipe.text()
    let newTakes = takes.map { take in
      NewTake(
        origin: .generated, startedAt: now, events: MIDIEvent.events(of: take.notes),
        notes: take.notes, pedalNanoseconds: 0,
        generation: .init(
          round: model.round, model: model.name.text, seed: making.seed, stream: take.stream,
          temperature: making.settings.temperature, topP: making.settings.topP,
          primer: making.primer.name, primerTake: making.primer.take,
          primerEnd: making.primer.end, modelDigest: making.chosen.digest, recipe: text,
          sourceTake: making.source))
    }
    let numbers = try library.add(
      newTakes,
      to: NewSession(
        kind: .generation, name: session ?? model.name.text, startedAt: now, heldOut: false))
    return GenerateReport(
      takes: zip(numbers, takes).map { number, take in
        .init(
          number: number, seconds: Double(take.notes.map(\.end).max() ?? 0) / 1e9,
          notes: take.notes.count,
          got: making.controls.isEmpty ? nil : PlayedControls(of: take.notes),
          effectiveStreams: take.effectiveStreams, gauge: take.gauge)
      },
      model: model.name.text, seed: making.seed, after: making.primer.name,
      controls: making.controls, toward: making.toward, events: takes.reduce(0) { $0 + $1.events },
      wallSeconds: seconds)
  }

  /// The notes of a take that something is to be made from.
  ///
  /// - Parameter purpose: Completes "cannot".
  /// - Throws: ``WorkbenchError``, `LibraryError`.
  func sourceTake(named name: String, to purpose: String) throws -> (number: Int64, notes: [Note]) {
    guard let typed = TakeName(name) else {
      throw WorkbenchError.badTakeName(name, purpose: purpose)
    }
    let take = try summary(of: typed, forPrimer: true)
    guard !take.heldOut else {
      throw WorkbenchError.heldOutSource(number: take.number, purpose: purpose)
    }
    let notes = try library.soundingNotes(of: take.number)
    guard !notes.isEmpty else {
      throw WorkbenchError.noMusic(path: "take \(take.number)", cause: "it holds no notes")
    }
    return (take.number, notes)
  }
}
