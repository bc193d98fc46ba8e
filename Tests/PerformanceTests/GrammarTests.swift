import MIDI
import Performance
import Testing

@Suite struct GrammarTests {
  typealias T = Token

  /// The grammar after some tokens, and what it then allows.
  private func allowed(after tokens: [UInt16], steps: Int? = nil) -> Set<UInt16> {
    var grammar = Grammar()
    if let steps { grammar.begin(steps: steps) }
    for token in tokens { grammar.advance(token) }
    return Self.allowed(by: grammar)
  }

  private static func allowed(by grammar: Grammar) -> Set<UInt16> {
    var mask = Array(repeating: false, count: Vocabulary.size)
    grammar.fill(&mask)
    return Set(mask.indices.filter { mask[$0] }.map { UInt16($0) })
  }

  private let ons = Set((0..<128).map { T.on($0) })
  private let offs = Set((0..<128).map { T.off($0) })
  private let shifts = Set((1...100).map { T.shift($0) })
  private let bins = Set((1...32).map { T.bin($0) })

  @Test func aPerformanceBeginsWithAVelocityOrSilence() {
    #expect(allowed(after: []) == bins.union(shifts))
  }

  @Test func aVelocityIsFollowedByANoteOn() {
    #expect(allowed(after: [T.bin(3)]) == ons)
    #expect(
      allowed(after: [T.bin(3), T.on(60), T.shift(100), T.bin(4)]) == ons.subtracting([T.on(60)]))
  }

  @Test func aSoundingKeyIsNotStruckAndASilentOneNotLetGo() {
    let after = allowed(after: [T.bin(3), T.on(60), T.shift(100)])
    #expect(after.intersection(ons) == ons.subtracting([T.on(60)]))
    #expect(after.intersection(offs) == [T.off(60)])
    #expect(after.intersection(bins) == bins.subtracting([T.bin(3)]))
  }

  @Test func aNoteLastsAStepAtLeast() {
    #expect(allowed(after: [T.bin(3), T.on(60)]).isDisjoint(with: offs))
  }

  @Test func aShiftUnderASecondIsNotFollowedByAnother() {
    #expect(allowed(after: [T.bin(3), T.on(60), T.shift(99)]).isDisjoint(with: shifts))
    #expect(allowed(after: [T.bin(3), T.on(60), T.shift(100)]).isSuperset(of: shifts))
  }

  @Test func noNoteSoundsLongerThanFiveSeconds() {
    let held = [T.bin(3), T.on(60)] + Array(repeating: T.shift(100), count: 4)
    // 30 steps later another key: then 70 are left of the first note's 500.
    let more = held + [T.shift(30), T.on(64), T.shift(69), T.off(64)]
    #expect(allowed(after: held).isSuperset(of: shifts))
    #expect(allowed(after: held + [T.shift(30), T.on(64)]).intersection(shifts).count == 70)
    #expect(allowed(after: more).contains(T.off(60)))
    #expect(allowed(after: held + [T.shift(100)]) == [T.off(60)])
  }

  @Test func afterTheLengthAskedForNothingBeginsAndAllEndsWithinASecond() {
    let playing = [T.bin(3), T.on(60), T.shift(100), T.on(64), T.shift(100)]
    let after = allowed(after: playing, steps: 200)
    #expect(after.isDisjoint(with: ons.union(bins)))
    #expect(after.intersection(offs) == [T.off(60), T.off(64)])
    #expect(after.intersection(shifts) == shifts)
    #expect(allowed(after: playing + [T.shift(100)], steps: 200) == [T.off(60), T.off(64)])
  }

  @Test func aTakeIsCompleteInSilenceAfterItsLength() {
    var grammar = Grammar()
    grammar.begin(steps: 100)
    for token in [T.bin(3), T.on(60), T.shift(100)] { grammar.advance(token) }
    #expect(!grammar.isComplete)
    grammar.advance(T.off(60))
    #expect(grammar.isComplete)
  }

  @Test func aPrimersNotesSoundOnIntoTheTake() {
    var grammar = Grammar()
    for token in [T.bin(9), T.on(60), T.shift(100), T.shift(100)] { grammar.advance(token) }
    grammar.begin(steps: 1000)
    #expect(grammar.time == 0 && grammar.bin == 9 && grammar.isSounding)
    let after = Self.allowed(by: grammar)
    #expect(after.intersection(offs) == [T.off(60)])
    for token in [T.shift(100), T.shift(100)] { grammar.advance(token) }
    #expect(Self.allowed(by: grammar).isSuperset(of: shifts))
    grammar.advance(T.shift(100))
    #expect(Self.allowed(by: grammar) == [T.off(60)])
  }

  @Test func whateverIsDrawnThereIsAWayToTheEnd() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<8 {
      var grammar = Grammar()
      var tokens: [UInt16] = []
      grammar.begin(steps: 1000)
      while !grammar.isComplete, tokens.count < 100_000 {
        let choice = Self.allowed(by: grammar)
        guard let token = choice.randomElement(using: &random) else {
          Issue.record("nothing is allowed after \(tokens)")
          return
        }
        tokens.append(token)
        grammar.advance(token)
      }
      #expect(grammar.isComplete)
      let notes = Decoding.notes(of: tokens)
      #expect(tokens.count(where: { $0 < 128 }) == tokens.count(where: { 128..<256 ~= $0 }))
      #expect(notes.allSatisfy { $0.end - $0.start <= 5_000_000_000 })
      #expect(notes.allSatisfy { $0.start < 10_000_000_000 && $0.end <= 11_000_000_000 })
    }
  }
}
