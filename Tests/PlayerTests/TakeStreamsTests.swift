import Foundation
import MIDI
import Network
import Performance
import Testing
import Work

@testable import Player

/// What models of fixed weights have always played, and what constraints make of it.
@Suite struct TakeStreamsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// The fixtures of ``ModelFixtureTests``, in 32 bits.
  private static func weights(_ form: String) throws -> Weights {
    try Model.weights(from: folder.appending(path: "Fixtures/model-\(form).safetensors"))
  }

  private static var settings: TakeSettings {
    var settings = TakeSettings()
    settings.count = 2
    settings.seconds = 10
    settings.temperature = 0.9
    settings.topP = 0.95
    settings.precision = .float32
    return settings
  }

  /// The events of the notes of each take, as they were played before models played in this module: two
  /// takes of ten seconds from silence with the seed 7, and after the first of the plain ones with the
  /// seed 8.
  private static func golden(_ name: String) throws -> [[UInt16]] {
    let data = try Data(contentsOf: folder.appending(path: "Goldens/takes.json"))
    return try #require(JSONDecoder().decode([String: [[UInt16]]].self, from: data)[name])
  }

  private static func played(_ streams: TakeStreams) throws -> [[UInt16]] {
    try streams.generate { _ in true }.map { Encoding.tokens(of: $0.notes) }
  }

  @Test(arguments: ["plain", "hearing-1"])
  func theSameSeedPlaysWhatItAlwaysDid(form: String) throws {
    let streams = try TakeStreams(by: Self.weights(form), Self.settings, seed: 7)
    #expect(try Self.played(streams) == Self.golden("\(form), from silence"))
  }

  @Test(arguments: ["plain", "hearing-1"])
  func andSoItDoesAfterAPrimer(form: String) throws {
    let first = try #require(Self.golden("plain, from silence").first)
    let primer = PreparedNotes(Decoding.notes(of: first)).tokens()
    let streams = try TakeStreams(by: Self.weights(form), Self.settings, after: primer, seed: 8)
    #expect(try Self.played(streams) == Self.golden("\(form), after a take"))
  }

  @Test func aTakeDoesNotDependOnThoseBesideIt() throws {
    var settings = Self.settings
    settings.count = 1
    let alone = try TakeStreams(by: Self.weights("hearing-1"), settings, seed: 7)
    #expect(try Self.played(alone) == [Self.golden("hearing-1, from silence")[0]])
  }

  @Test func aConstraintThatAllowsAllChangesNothing() throws {
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings, constraints: [Only(), Only()], seed: 7)
    let takes = try streams.generate { _ in true }
    #expect(
      try takes.map { Encoding.tokens(of: $0.notes) } == Self.golden("plain, from silence"))
    #expect(takes.allSatisfy { $0.logWeight == 0 })
  }

  @Test func constraintsStack() throws {
    let low = Only { $0 < 64 }
    let white = Only { [0, 2, 4, 5, 7, 9, 11].contains($0 % 12) }
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings, constraints: [low, white], seed: 7)
    let takes = try streams.generate { _ in true }
    let notes = takes.flatMap(\.notes)
    #expect(notes.count > 20)
    #expect(takes.allSatisfy { $0.logWeight == 0 })
    #expect(notes.allSatisfy { $0.pitch < 64 && [0, 2, 4, 5, 7, 9, 11].contains($0.pitch % 12) })
  }

  /// At temperature 2 a model strikes keys that no piano has.
  @Test func onlyKeysThatThereAreAreStruck() throws {
    var wild = Self.settings
    wild.temperature = 5
    func keys(_ constraints: [any Constraint]) throws -> Set<UInt8> {
      let streams = try TakeStreams(
        by: Self.weights("plain"), wild, constraints: constraints, seed: 7)
      return Set(try streams.generate { _ in true }.flatMap(\.notes).map(\.pitch))
    }
    #expect(!(try keys([])).isSubset(of: Set(21...108)))
    #expect(try keys([KeyRange(after: [], played: nil)]).isSubset(of: Set(21...108)))
    let wide = try keys([KeyRange(after: [100, 5, 128], played: 60...127)])
    #expect(wide.isSubset(of: Set(5...127)))
    #expect(wide.contains { $0 < 21 } && wide.contains { $0 > 108 })
  }

  @Test func biasesAddUpBeforeTheTemperature() throws {
    // No key is likelier than another by so much: whenever this one is up, it is struck.
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings,
      constraints: [Wish(pitch: 60, bias: 500), Wish(pitch: 60, bias: 500)], seed: 7)
    for take in try streams.generate(progress: { _ in true }) {
      #expect(take.notes.first?.pitch == 60)
      let whole = take.notes.reduce(0) { $0 + ($1.pitch == 60 ? $1.end - $1.start : 0) }
      #expect(whole > 9_000_000_000)
    }
  }

  @Test func theLogarithmsOfWeightsAddUp() throws {
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings,
      constraints: [Count(weight: 0.5), Count(weight: 0.25)], seed: 7)
    for take in try streams.generate(progress: { _ in true }) {
      let notes = take.tokens.count { $0 < 128 }
      #expect(take.logWeight == Float(notes) * 0.75)
    }
  }

  @Test func whatAllowsNothingIsPlayedByTheGrammarAloneAndCountsForNothing() throws {
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings, constraints: [Nothing()], seed: 7)
    let takes = try streams.generate { _ in true }
    #expect(try takes.map { Encoding.tokens(of: $0.notes) } == Self.golden("plain, from silence"))
    #expect(takes.allSatisfy { $0.logWeight == -.infinity })
  }

  @Test func aBiasThatRulesAllOutBreaksAStreamAndNothingElse() throws {
    let streams = try TakeStreams(
      by: Self.weights("plain"), Self.settings, constraints: [Wish(pitch: nil, bias: -.infinity)],
      seed: 7)
    let takes = try streams.generate { _ in true }
    #expect(try takes.map { Encoding.tokens(of: $0.notes) } == Self.golden("plain, from silence"))
    #expect(takes.allSatisfy { $0.logWeight == -.infinity })
  }

  @Test func whatConstraintsLeaveIsMeasured() throws {
    func masses(_ constraints: [any Constraint]) throws -> [Float] {
      let streams = try TakeStreams(
        by: Self.weights("plain"), Self.settings, constraints: constraints, seed: 7)
      for _ in 0..<50 { try streams.step() }
      return try streams.takes().map(\.logMass)
    }
    let free = try masses([])
    let open = try masses([Only()])
    let narrow = try masses([Only { $0 < 32 }])
    #expect(free == [0, 0])
    // What the grammar leaves alone, and less where fewer keys may be struck.
    #expect(zip(open, narrow).allSatisfy { 0 > $0 && $0 > $1 && $1.isFinite })
  }

  @Test func aStreamHearsWhatItDidNotDraw() throws {
    let streams = try TakeStreams(by: Self.weights("plain"), Self.settings, seed: 7)
    try streams.step(forcing: [0: 60])
    try streams.step(forcing: [0: 64])
    let takes = try streams.takes()
    #expect(takes[0].tokens == [60, 64])
    #expect(takes[1].tokens == Array(try streams.generate { _ in true }[1].tokens.prefix(2)))
    #expect(try streams.takes()[0].notes.prefix(2).map(\.pitch) == [60, 64])
    // Whatever is beside it: the other take is as it always was.
    #expect(
      try Encoding.tokens(of: streams.takes()[1].notes) == Self.golden("plain, from silence")[1])
  }

  @Test(arguments: ["plain", "hearing-1"])
  func aCopyPlaysOnAsItsParentDoes(form: String) throws {
    let streams = try TakeStreams(
      by: Self.weights(form), Self.settings, constraints: [Count(weight: 1)], seed: 7)
    for _ in 0..<100 { try streams.step() }
    streams.select([0, 0])
    let takes = try streams.generate { _ in true }
    #expect(takes[0].tokens == takes[1].tokens)
    #expect(takes[0].logWeight == takes[1].logWeight && takes[0].logWeight > 0)
    #expect(
      try Encoding.tokens(of: takes[0].notes) == Self.golden("\(form), from silence")[0])
  }

  @Test func aReseededCopyPartsWays() throws {
    let streams = try TakeStreams(by: Self.weights("plain"), Self.settings, seed: 7)
    for _ in 0..<100 { try streams.step() }
    streams.select([0, 0])
    streams.reseed(1, seed: 99)
    let takes = try streams.generate { _ in true }
    #expect(takes[0].tokens.prefix(100) == takes[1].tokens.prefix(100))
    #expect(takes[0].tokens != takes[1].tokens)
    #expect(
      try Encoding.tokens(of: takes[0].notes) == Self.golden("plain, from silence")[0])
  }

  @Test func mixedLogitsAtTheirEndsAreTheTwoModels() throws {
    let told = try Self.weights("hearing-1")
    let other = Weights(
      shape: NetworkShape(vocabulary: 388, embedding: 8, hidden: 8, layers: 1), seed: 9)
    func played(_ share: Float) throws -> [[UInt16]] {
      try Self.played(
        TakeStreams(
          of: [
            SampledNetwork(told, precision: .float32, share: 1 - share),
            SampledNetwork(other, precision: .float32, share: share),
          ], Self.settings, seed: 7))
    }
    let ends = (
      try Self.golden("hearing-1, from silence"),
      try Self.played(TakeStreams(by: other, Self.settings, seed: 7))
    )
    #expect(ends.0 != ends.1)
    #expect(try played(0) == ends.0)
    #expect(try played(1) == ends.1)
    let middle = try played(0.5)
    #expect(middle != ends.0 && middle != ends.1)
  }

  @Test func playingStopsWhenItIsToldTo() throws {
    let streams = try TakeStreams(by: Self.weights("plain"), Self.settings, seed: 7)
    let takes = try streams.generate { $0.done < 1 }
    #expect(streams.isGenerating)
    #expect(takes.allSatisfy { !$0.tokens.isEmpty })
    #expect(streams.seconds < streams.totalSeconds)
  }

  @Test(arguments: [
    (\TakeSettings.seconds, Double.infinity, "seconds"), (\.seconds, 1e300, "seconds"),
    (\.temperature, .nan, "temperature"), (\.temperature, 0, "temperature"),
    (\.topP, -1, "topP"), (\.topP, 1e19, "topP"),
  ])
  func aNumberOutOfItsBoundsIsRefusedBeforeAnythingIsPlayed(
    path: any WritableKeyPath<TakeSettings, Double> & Sendable, value: Double, name: String
  ) throws {
    var settings = Self.settings
    settings[keyPath: path] = value
    let weights = try Self.weights("plain")
    let error = #expect(throws: WrongValue.self) {
      try TakeStreams(by: weights, settings, seed: 1)
    }
    #expect(error?.setting == Setting(name))
  }
}

/// Lets only some keys be struck.
private struct Only: Constraint {
  var allows: @Sendable (Int) -> Bool = { _ in true }

  mutating func advance(_ token: UInt16) {}

  func allow(_ mask: inout [Bool]) {
    for pitch in 0..<128 where !allows(pitch) { mask[pitch] = false }
  }
}

/// Wishes for a key, or for all events alike.
private struct Wish: Constraint {
  var pitch: Int?
  var bias: Float
  var isBiased: Bool { true }

  mutating func advance(_ token: UInt16) {}

  func allow(_ mask: inout [Bool]) {}

  func bias(_ logits: inout [Float]) {
    for token in pitch.map({ $0..<($0 + 1) }) ?? logits.indices { logits[token] += bias }
  }
}

/// Gives a stream so much weight for each note.
private struct Count: Constraint {
  var weight: Float
  var notes = 0

  init(weight: Float) { self.weight = weight }

  mutating func advance(_ token: UInt16) {
    if token < 128 { notes += 1 }
  }

  func allow(_ mask: inout [Bool]) {}

  var logWeight: Float { Float(notes) * weight }
}

/// Allows nothing at all.
private struct Nothing: Constraint {
  mutating func advance(_ token: UInt16) {}

  func allow(_ mask: inout [Bool]) {
    for token in mask.indices { mask[token] = false }
  }
}
