import Library
import MIDI
package import Player
import Rounds
import Synchronization
public import Work

extension Project {
  /// Generates takes by a model and adds them to the library.
  ///
  /// - Parameter session: The name of the session; `nil` for the model's.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`; nothing is added then.
  public func generate(
    _ request: GenerateRequest, in session: String? = nil, progress: @escaping ProgressHandler
  ) throws -> GenerateReport {
    // Before the work, not after it.
    try request.check()
    try library.requireWritable("add takes to")
    var request = request
    let seed = request.seed ?? UInt64.random(in: 1...999_999)
    request.seed = seed
    let clock = ContinuousClock()
    let start = clock.now
    let primer = try primer(named: request.after, at: request.at)
    let model = try resolve(request.model)
    let digest = try model.digest()
    let generated = try generated(by: model, request, after: primer, progress: progress)
      .filter { !$0.take.notes.isEmpty }
    guard !generated.isEmpty else {
      throw WorkbenchError.generatedNothing(model: model.shownName, seconds: request.takes.seconds)
    }
    let seconds = (clock.now - start) / .seconds(1)

    let now = try library.dateInOrder()
    let takes = generated.map { stream, take in
      NewTake(
        origin: .generated, startedAt: now, events: MIDIEvent.events(of: take.notes),
        notes: take.notes, pedalNanoseconds: 0,
        generation: .init(
          round: model.round, model: model.name.text, seed: seed, stream: stream,
          temperature: request.takes.temperature, topP: request.takes.topP, primer: primer.name,
          primerTake: primer.take, primerEnd: primer.end, modelDigest: digest))
    }
    let numbers = try library.add(
      takes,
      to: NewSession(
        kind: .generation, name: session ?? model.name.text, startedAt: now, heldOut: false))
    return GenerateReport(
      takes: zip(numbers, generated.map(\.take)).map { number, take in
        .init(
          number: number, seconds: Double(take.notes.map(\.end).max() ?? 0) / 1e9,
          notes: take.notes.count)
      },
      model: model.name.text, seed: seed, after: primer.name,
      events: generated.reduce(0) { $0 + $1.take.events }, wallSeconds: seconds)
  }

  /// Generates takes by a model without storing them.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`.
  package func generated(for request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> [GeneratedTake]
  {
    try request.check()
    let primer = try primer(named: request.after, at: request.at)
    return try generated(
      by: resolve(request.model), request, after: primer, progress: progress
    ).map(\.take)
  }

  /// The maximum number of times that takes without a note are drawn again.
  private static let mostRedraws = 8

  /// Generates takes, each with the number of the stream that drew it.
  ///
  /// A take in which nothing is struck is drawn again by the next stream of the same seed, so that the others
  /// are as they were; after some tries it stays empty.
  private func generated(
    by model: ResolvedModel, _ request: GenerateRequest, after primer: Primer,
    progress: @escaping ProgressHandler
  ) throws -> [(stream: Int, take: GeneratedTake)] {
    let weights = try Model.weights(from: model.file)
    let seed = request.seed ?? 1
    let keys = KeyRange(after: primer.tokens, played: try library.playedKeys())
    let stop = Mutex(false)
    func draw(_ settings: TakeSettings, from first: Int) throws -> [GeneratedTake] {
      try TakeStreams(
        by: weights, settings, after: primer.tokens, constraints: [keys], seed: seed,
        firstStream: first
      ).generate { now in
        let goesOn = progress(now)
        if !goesOn { stop.withLock { $0 = true } }
        return goesOn
      }
    }
    var generated = try draw(request.takes, from: 0).enumerated().map { (stream: $0, take: $1) }
    var next = generated.count
    for _ in 0..<Self.mostRedraws {
      let empty = generated.indices.filter { generated[$0].take.notes.isEmpty }
      guard !empty.isEmpty, !stop.withLock(\.self) else { break }
      var settings = request.takes
      settings.count = empty.count
      for (place, take) in zip(empty, try draw(settings, from: next)) {
        generated[place] = (next, take)
        next += 1
      }
    }
    guard !stop.withLock(\.self) || generated.contains(where: { !$0.take.notes.isEmpty }) else {
      throw WorkbenchError.stopped(doing: "generate")
    }
    return generated
  }
}
