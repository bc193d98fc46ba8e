import Library
package import MIDI
import Player
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
    try settle(&request)
    let controls = try controls(of: request)
    let primer = try beginning(of: request)
    let gauge = try request.toward.map { try self.gauge(named: $0.gauge) }
    defer { gauge?.end() }
    let chosen = try chosen(
      request.model, dial: request.dial, precision: request.takes.precision)
    request.model = chosen.model.name
    let generated = try generated(
      by: chosen, request, under: controls, after: primer, toward: gauge, progress: progress
    )
    .filter { !$0.notes.isEmpty }
    guard !generated.isEmpty else {
      throw WorkbenchError.generatedNothing(
        model: chosen.model.shownName, seconds: request.takes.seconds)
    }
    return try store(
      generated,
      by: TakeMaking(
        recipe: Recipe(
          .modelTakes(request), digests: gauge.map { ["gauge": $0.digest] } ?? [:]), chosen: chosen,
        seed: seed, settings: request.takes,
        primer: primer, source: request.like.flatMap { Int64($0) }, controls: controls,
        toward: request.toward),
      in: session, wallSeconds: (clock.now - start) / .seconds(1))
  }

  /// Resolves the names of takes in a request to numbers.
  private func settle(_ request: inout GenerateRequest) throws {
    if let after = request.after, let name = TakeName(after) {
      request.after = "\(try summary(of: name, forPrimer: true).number)"
    }
    if let like = request.like {
      request.like = "\(try sourceTake(named: like, to: "take controls from").number)"
    }
    if let gauge = request.toward?.gauge, gauge.hasSuffix(":last") {
      let number = try sourceTake(named: "last", to: "compare with").number
      request.toward?.gauge = gauge.dropLast("last".count) + "\(number)"
    }
  }

  /// What is asked of the takes of a request, with the controls of the take that it names.
  private func controls(of request: GenerateRequest) throws -> Controls {
    guard let like = request.like else { return request.controls }
    let (_, notes) = try sourceTake(named: like, to: "take controls from")
    return request.controls.filled(from: Controls(like: notes))
  }

  /// What the takes of a request go on from.
  private func beginning(of request: GenerateRequest) throws -> Primer {
    guard let text = request.fromNotes else {
      return try primer(named: request.after, at: request.at)
    }
    return try Primer(chord: text)
  }

  /// Generates takes by a model without storing them.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `CheckpointError`.
  package func generated(for request: GenerateRequest, progress: @escaping ProgressHandler) throws
    -> [[Note]]
  {
    try request.check()
    var request = request
    try settle(&request)
    let gauge = try request.toward.map { try self.gauge(named: $0.gauge) }
    defer { gauge?.end() }
    return try generated(
      by: chosen(request.model, dial: request.dial, precision: request.takes.precision), request,
      under: controls(of: request), after: beginning(of: request), toward: gauge, progress: progress
    ).map(\.notes)
  }

  /// The maximum number of times that takes without a note are drawn again.
  private static let mostRedraws = 8

  /// Generates takes, each with the number of the stream that drew it.
  ///
  /// A take in which nothing is struck is drawn again by the next stream of the same seed, so that the others
  /// are as they were; after some tries it stays empty.
  private func generated(
    by chosen: ChosenModel, _ request: GenerateRequest, under controls: Controls,
    after primer: Primer, toward gauge: Gauge?, progress: @escaping ProgressHandler
  ) throws -> [MadeTake] {
    let seed = request.seed ?? 1
    var constraints: [any Constraint] = [
      KeyRange(after: primer.tokens, played: try library.playedKeys())
    ]
    if !controls.isEmpty { constraints.append(ControlSteering(toward: controls)) }
    let steering = try gauge.map { gauge in
      try self.steering(
        toward: gauge, strength: request.toward?.strength ?? 1,
        from: unsteered(
          by: chosen, dial: request.dial, request.takes, after: primer.tokens),
        progress: progress)
    }
    let competition =
      steering?.competition ?? (controls.isEmpty ? Competition.none : Competition())
    let stop = Mutex(false)
    func draw(_ settings: TakeSettings, from first: Int) throws -> [MadeTake] {
      try TakeStreams(
        of: chosen.networks, settings, after: primer.tokens, constraints: constraints,
        competition: competition, seed: seed, firstStream: first
      ).generate { now in
        let goesOn = progress(now)
        if !goesOn { stop.withLock { $0 = true } }
        return goesOn
      }.enumerated().map { index, take in
        MadeTake(
          stream: first + index, notes: take.notes, events: take.events,
          effectiveStreams: competition.streamsPerTake > 1 ? take.effectiveStreams : nil)
      }
    }
    var generated = try draw(request.takes, from: 0)
    var next = generated.count
    for _ in 0..<Self.mostRedraws {
      let empty = generated.indices.filter { generated[$0].notes.isEmpty }
      guard !empty.isEmpty, !stop.withLock(\.self) else { break }
      var settings = request.takes
      settings.count = empty.count
      for (place, take) in zip(empty, try draw(settings, from: next)) { generated[place] = take }
      next += empty.count
    }
    guard !stop.withLock(\.self) || generated.contains(where: { !$0.notes.isEmpty }) else {
      throw WorkbenchError.stopped(doing: "generate")
    }
    guard let steering else { return generated }
    let values = try steering.gauge.values(of: generated.map { GaugedMusic($0.notes) })
    return zip(generated, values).map { take, value in
      var take = take
      take.gauge = .init(value: value, spreads: steering.calibration.spreads(value))
      return take
    }
  }
}
