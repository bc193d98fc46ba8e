import Library
import MIDI
package import Player
import Rounds
public import Work

extension Project {
  /// Lets a model play takes and puts them into the library.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`; nothing is added then.
  public func generate(_ request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> GenerateReport
  {
    // Before the work, not after it.
    try request.check()
    try library.requireWritable("add takes to")
    var request = request
    let seed = request.seed ?? UInt64.random(in: 1...999_999)
    request.seed = seed
    let clock = ContinuousClock()
    let start = clock.now
    let primer = try primer(named: request.after)
    let model = try resolve(request.model)
    let digest = try model.digest()
    let played = try played(by: model, request, after: primer, progress: progress)
    let seconds = (clock.now - start) / .seconds(1)

    let now = try library.dateInOrder()
    let takes = played.enumerated().map { stream, take in
      NewTake(
        origin: .generated, startedAt: now, events: MIDIEvent.events(of: take.notes),
        notes: take.notes, pedalNanoseconds: 0,
        generation: .init(
          round: model.round, model: model.name.text, seed: seed, stream: stream,
          temperature: request.takes.temperature, topP: request.takes.topP, primer: primer.name,
          primerTake: primer.take, modelDigest: digest))
    }
    let numbers = try library.add(
      takes,
      to: NewSession(
        kind: .generation, name: model.name.text, startedAt: now, heldOut: false))
    return GenerateReport(
      takes: zip(numbers, played).map { number, take in
        .init(
          number: number, seconds: Double(take.notes.map(\.end).max() ?? 0) / 1e9,
          notes: take.notes.count)
      },
      model: model.name.text, seed: seed, after: primer.name,
      events: played.reduce(0) { $0 + $1.events }, wallSeconds: seconds)
  }

  /// What a model plays, which is kept nowhere.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`.
  package func played(for request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> [GeneratedTake]
  {
    try request.check()
    let primer = try primer(named: request.after)
    return try played(
      by: resolve(request.model), request, after: primer, progress: progress)
  }

  private func played(
    by model: ResolvedModel, _ request: GenerateRequest, after primer: Primer,
    progress: @escaping ProgressHandler
  ) throws -> [GeneratedTake] {
    try TakeStreams(
      by: Model.weights(from: model.file), request.takes, after: primer.tokens,
      seed: request.seed ?? 1
    ).play(progress: progress)
  }
}
