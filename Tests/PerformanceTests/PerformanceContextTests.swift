import MIDI
import Network
import Testing

@testable import Performance

@Suite struct PerformanceContextTests {
  typealias T = Token

  private func context(after tokens: [UInt16]) -> PerformanceContext {
    var context = PerformanceContext()
    for token in tokens { context.advance(token) }
    return context
  }

  private func possible(after tokens: [UInt16]) -> Set<UInt16> {
    var possible = Array(repeating: true, count: Vocabulary.size)
    context(after: tokens).fill(possible: &possible[...])
    return Set(possible.indices.filter { possible[$0] }.map { UInt16($0) })
  }

  private func numbers(after tokens: [UInt16]) -> [Int: Float] {
    var numbers: [Int: Float] = [:]
    context(after: tokens).forEachFeature { place, number in
      #expect(numbers[place] == nil, "place \(place) is told twice")
      numbers[place] = number
    }
    return numbers
  }

  /// The weights that a token's logit is made of after `tokens`, with what they are multiplied by.
  private func weights(of token: UInt16, after tokens: [UInt16]) -> [Int: Float] {
    var weights: [Int: Float] = [:]
    context(after: tokens).forEachLink { link in
      let place = Int(token) - link.token
      if 0..<link.count ~= place { weights[link.filter + place, default: 0] += link.number }
    }
    return weights
  }

  private let ons = Set((0..<128).map { T.on($0) })
  private let offs = Set((0..<128).map { T.off($0) })
  private let shifts = Set((1...100).map { T.shift($0) })
  private let bins = Set((1...32).map { T.bin($0) })

  // MARK: - What can come next

  /// Notes at random, many at once and on keys that still sound.
  private func notes(seed: UInt64, count: Int) -> [Note] {
    var random = SeededGenerator(seed: seed)
    var time = 0.0
    return (0..<count).map { _ in
      time += [0, 0, 4, 10, 37, 250, 1200].randomElement(using: &random) ?? 0
      return note(
        time, time + Double.random(in: 0...900, using: &random),
        UInt8.random(in: 55...67, using: &random), UInt8.random(in: 1...127, using: &random))
    }
  }

  /// Ends each note where its key is struck again, as ``NoteReading`` does.
  private func apart(_ notes: [Note]) -> [Note] {
    var lastOf: [UInt8: Int] = [:]
    var kept: [Note] = []
    for note in notes {
      if let last = lastOf[note.pitch] {
        // A key is struck once in a step.
        guard
          Vocabulary.step(ofNanoseconds: note.start)
            > Vocabulary.step(ofNanoseconds: kept[last].start)
        else { continue }
        kept[last].end = min(kept[last].end, note.start)
      }
      lastOf[note.pitch] = kept.count
      kept.append(note)
    }
    return kept
  }

  @Test(arguments: 0..<20)
  func whatIsEncodedIsPossible(seed: UInt64) {
    let tokens = Encoding.tokens(of: apart(notes(seed: seed, count: 400)))
    var context = PerformanceContext()
    var possible = Array(repeating: true, count: Vocabulary.size)
    var ruledOut = 0
    for (place, token) in tokens.enumerated() {
      if place > 0 {
        context.fill(possible: &possible[...])
        #expect(possible[Int(token)], "event \(place), token \(token)")
        ruledOut += possible.count { !$0 }
      }
      context.advance(token)
    }
    // And much is not.
    #expect(ruledOut > tokens.count * 100)
  }

  @Test func atOneTimeNotesEndInTheirOrderAndThenOthersBegin() {
    let chord = [T.bin(9), T.on(60), T.on(72), T.on(64), T.shift(30)]
    #expect(possible(after: chord).intersection(offs) == [T.off(60), T.off(72), T.off(64)])
    #expect(possible(after: chord + [T.off(72)]).intersection(offs) == [T.off(64)])
    #expect(possible(after: chord + [T.on(50)]).isDisjoint(with: offs))
    #expect(possible(after: chord + [T.bin(3)]) == ons.subtracting([T.on(60), T.on(72), T.on(64)]))
    #expect(possible(after: chord).isDisjoint(with: shifts))
    #expect(possible(after: chord + [T.off(72)]).isSuperset(of: shifts))
    #expect(possible(after: chord).intersection(bins) == bins.subtracting([T.bin(9)]))
    #expect(possible(after: [T.shift(100)]) == shifts.union(bins))
  }

  // MARK: - What is told

  @Test func numbersOfAChordAreWrittenOut() {
    // C4 rings, G4 has ended, E4 was struck last: 40 steps after C4, 10 steps ago.
    let tokens = [
      T.bin(9), T.on(60), T.on(67), T.shift(40), T.off(67), T.bin(12), T.on(64), T.shift(10),
    ]
    func lately(_ steps: Int) -> Float { PerformanceContext.recency[steps] }
    #expect(
      numbers(after: tokens) == [
        60: 1, 64: 1,  // sound
        128 + 60: lately(50), 128 + 67: lately(50), 128 + 64: lately(10),
        256 + 48 - 4: 1, 256 + 48: 1,  // sound, from E4
        353 + 48 - 4: lately(50), 353 + 48 + 3: lately(50), 353 + 48: lately(10),
        450 + 12: 1,  // the bin
        483 + 5: 1,  // 10 steps since E4: the class of 9 to 16
        495 + 7: 1,  // 40 steps between them: the class of 33 to 64
        495 + 12 + 11: 1, 495 + 24 + 11: 1,  // no more onsets
        531: 0.25,  // two keys sound
      ])
  }

  @Test func nothingIsToldOfSilence() {
    #expect(numbers(after: []) == [450: 1, 494: 1, 506: 1, 518: 1, 530: 1])
    context(after: []).forEachLink { link in Issue.record("a link in silence: \(link)") }
  }

  @Test func timesAreInTheirClasses() {
    let classes = [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 256, 257, 512, 513, 100_000]
    #expect(
      classes.map { PerformanceContext.timeClass($0) } == [
        0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 9, 10, 10, 10, 10,
      ])
    #expect(PerformanceContext.timeClass(nil) == 11)
  }

  // MARK: - What is linked

  @Test func aNoteOnIsLinkedByItsIntervals() {
    // E4, the last key, and C4 below it, which is the lowest, and both sound; 0 steps ago.
    let tokens = [T.bin(9), T.on(60), T.on(64)]
    #expect(
      weights(of: T.on(66), after: tokens) == [
        24 + 2: 1, 49 + 24 + 6: 1,  // from the last and the one before
        4 * 49 + 24 + 6: 1, 5 * 49 + 24 + 2: 1,  // from the lowest and the highest
        6 * 49 + 24 + 6: 1, 6 * 49 + 24 + 2: 1,  // from those that sound
        7 * 49 + 24 + 6: 1, 7 * 49 + 24 + 2: 1,  // from those struck lately
      ])
    // The same a fourth higher.
    let higher = [T.bin(9), T.on(65), T.on(69)]
    #expect(weights(of: T.on(71), after: higher) == weights(of: T.on(66), after: tokens))
    #expect(weights(of: T.on(84), after: tokens).keys.min() == 24 + 20)
    #expect(weights(of: T.on(89), after: tokens).isEmpty)
    #expect(weights(of: T.on(0), after: [T.bin(9), T.on(0), T.on(1)])[0 + 24 - 1] == 1)
  }

  @Test func aNoteOffIsLinkedByItsAgeAndPlace() {
    let tokens = [T.bin(9), T.on(60), T.on(64), T.shift(20), T.on(67), T.shift(5)]
    let off = 8 * 49
    // 25 steps; the last but two; the lowest; the first struck.
    #expect(
      weights(of: T.off(60), after: tokens) == [
        off + 6: 1, off + 13: 1, off + 15: 1, off + 17: 1,
      ])
    // 5 steps; the last; the highest.
    #expect(weights(of: T.off(67), after: tokens) == [off + 4: 1, off + 11: 1, off + 16: 1])
    // Once C4 has ended, E4 was struck with it, and is the first struck and the lowest.
    #expect(
      weights(of: T.off(64), after: tokens + [T.off(60)]) == [
        off + 6: 1, off + 12: 1, off + 15: 1, off + 17: 1, off + 19: 1,
      ])
    #expect(weights(of: T.off(61), after: tokens).isEmpty)
  }

  @Test func aShiftIsLinkedByWhatItWouldRepeat() {
    // Onsets at 0, 24, 36; 4 steps after the last. A note of 10 steps has ended.
    let tokens = [
      T.bin(9), T.on(60), T.shift(10), T.off(60), T.shift(14), T.on(62), T.shift(12), T.on(64),
      T.shift(4),
    ]
    let shift = 8 * 49 + 21
    func centre(_ channel: Int) -> Int { shift + 13 * channel + 6 }
    let weights = weights(of: T.shift(8), after: tokens)
    #expect(weights[centre(0)] == 1)  // 36 + 12 is 8 steps away
    #expect(weights[centre(5) + 6] == 1)  // 36 + 6 is 2 steps away, 6 fewer
    #expect(weights[centre(6) + 2] == 1)  // a note of 10 steps from 36 would end in 6
    #expect(weights[centre(9) + 4] == 1)  // the last shift was 4
    #expect(weights[centre(10) - 4] == 1)  // the one before 12
    #expect(self.weights(of: T.shift(20), after: tokens)[centre(1)] == 1)  // 36 + 24
    #expect(self.weights(of: T.shift(32), after: tokens)[centre(4)] == 1)  // 36 + 24 + 12
  }

  @Test func aVelocityIsLinkedByItsDistance() {
    let velocity = 8 * 49 + 21 + 12 * 13
    let tokens = [T.bin(9), T.on(60), T.shift(10), T.off(60), T.bin(20)]
    #expect(
      weights(of: T.bin(12), after: tokens) == [
        velocity + 12 - 8: 1, velocity + 25 + 12 + 3: 1, velocity + 75 + 12 + 3: 1,
      ])
  }

  @Test func anyTokensAreHeard() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<10 {
      var context = PerformanceContext()
      for _ in 0..<300 {
        context.advance(UInt16.random(in: 0...400, using: &random))
        context.forEachFeature { place, number in
          #expect(0..<PerformanceContext.count ~= place)
          #expect(0...17 ~= number)
        }
        context.forEachLink { link in
          #expect(link.token >= 0 && link.count > 0)
          #expect(link.token + link.count <= Vocabulary.size)
          #expect(link.filter >= 0 && link.filter + link.count <= PerformanceContext.filters)
        }
      }
    }
  }
}
