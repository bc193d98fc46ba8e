import MIDI
import Network
import Testing

@testable import Performance

/// What the grammar, the context and the decoding make of the same events.
@Suite struct KeyboardTests {
  typealias T = Token

  /// One number that tells others apart.
  struct Digest {
    var value: UInt64 = 0

    mutating func add(_ number: Int) {
      value = (value ^ UInt64(truncatingIfNeeded: number)) &* 0x9E37_79B9_7F4A_7C15
      value ^= value >> 29
    }

    mutating func add(_ mask: [Bool]) {
      for first in stride(from: 0, to: mask.count, by: 32) {
        add(mask[first..<min(first + 32, mask.count)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
      }
    }

    /// To a thousandth: the exponential function may differ in its last bit from one C library to
    /// the next.
    mutating func add(_ number: Float) { add(Int((number * 1024).rounded())) }
  }

  /// What follows from some tokens, a digest of each part over all states on the way.
  struct Outcome: Equatable {
    /// The masks of ``Grammar``, its time and its bin.
    var grammar: UInt64
    /// What ``PerformanceContext/forEachFeature(_:)`` tells.
    var numbers: UInt64
    /// What ``PerformanceContext/relate(_:)`` tells.
    var links: UInt64
    /// The masks of ``PerformanceContext``.
    var possible: UInt64
    /// The notes of ``Decoding``.
    var notes: UInt64
  }

  static func outcome(of tokens: [UInt16]) -> Outcome {
    var (masks, numbers, links, possible) = (Digest(), Digest(), Digest(), Digest())
    var grammar = Grammar()
    var context = PerformanceContext()
    var mask = Array(repeating: false, count: Vocabulary.size)
    for (place, token) in tokens.enumerated() {
      // Takes of different lengths are begun on the way, as after a primer.
      if place % 173 == 60 { grammar.begin(steps: place * 7 % 900) }
      grammar.advance(token)
      grammar.fill(&mask)
      masks.add(mask)
      for number in [
        grammar.time, grammar.bin, grammar.isSounding ? 1 : 0, grammar.isComplete ? 1 : 0,
      ] {
        masks.add(number)
      }
      context.advance(token)
      context.forEachFeature { place, number in
        numbers.add(place)
        numbers.add(number)
      }
      context.forEachLink { link in
        for number in [link.token, link.filter, link.count] { links.add(number) }
        links.add(link.number)
      }
      context.fill(possible: &mask[...])
      possible.add(mask)
    }
    var notes = Digest()
    for end in [tokens.count / 3, tokens.count] {
      for note in Decoding.notes(of: Array(tokens[..<end]), startingAtBin: 1 + end % 32) {
        for number in [Int(note.pitch), Int(note.velocity), Int(note.start), Int(note.end)] {
          notes.add(number)
        }
      }
    }
    return Outcome(
      grammar: masks.value, numbers: numbers.value, links: links.value, possible: possible.value,
      notes: notes.value)
  }

  @Test func eachEventSaysWhatItChanged() {
    var keyboard = Keyboard(bin: 7)
    func change(_ token: UInt16) -> String { "\(keyboard.advance(token))" }
    #expect(change(T.off(60)) == "nothing")
    #expect(change(T.on(60)) == "began(pitch: 60, ended: nil)")
    #expect(change(T.shift(30)) == "waited(steps: 30)")
    #expect(change(T.on(64)) == "began(pitch: 64, ended: nil)")
    #expect(change(T.on(60)) == "began(pitch: 60, ended: Optional(1))")
    #expect(keyboard.soundingCount == 2 && keyboard.noteCount == 3 && keyboard.bin == 7)
    #expect(change(T.bin(9)) == "velocity(bin: 9)")
    #expect(change(T.shift(5)) == "waited(steps: 5)")
    #expect(change(T.off(60)) == "ended(pitch: 60)")
    #expect(change(T.off(60)) == "nothing")
    #expect(change(388) == "nothing")
    #expect(!keyboard.keys[60].sounds && keyboard.keys[60].struck == 30)
    #expect(keyboard.keys[60].note == 3 && keyboard.keys[64].note == 2)
    #expect(keyboard.soundingCount == 1 && keyboard.time == 35 && keyboard.bin == 9)
  }

  // MARK: - Sequences

  /// A number below `bound`, made by hand: the standard library may change how it draws.
  static func draw(_ bound: Int, _ random: inout SeededGenerator) -> Int {
    Int(random.next() % UInt64(bound))
  }

  /// Any numbers, some of them no tokens.
  static func anything(count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: 1)
    return (0..<count).map { _ in UInt16(draw(400, &random)) }
  }

  /// Few keys, so that many are struck again while they sound and let go while they do not.
  static func crowded(count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: 2)
    return (0..<count).map { _ in
      let pitch = UInt8(58 + draw(6, &random))
      return switch draw(8, &random) {
      case 0...2: T.on(pitch)
      case 3...4: T.off(pitch)
      case 5: T.shift(1 + draw(100, &random))
      case 6: T.bin(1 + draw(32, &random))
      default: UInt16(380 + draw(16, &random))
      }
    }
  }

  /// Music: what the encoding makes of notes on many keys, with chords and with rests.
  static func music(count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: 3)
    var time = 0.0
    return Encoding.tokens(
      of: (0..<count).map { _ in
        time += [0, 0, 4, 10, 37, 250, 1200][draw(7, &random)]
        return note(
          time, time + Double(draw(2000, &random)), UInt8(21 + draw(88, &random)),
          UInt8(1 + draw(127, &random)))
      })
  }

  /// What a model may play: drawn from what the grammar allows.
  static func allowed(count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: 4)
    var grammar = Grammar()
    var mask = Array(repeating: false, count: Vocabulary.size)
    return (0..<count).map { place in
      if place % 173 == 60 { grammar.begin(steps: place * 7 % 900 + 500) }
      grammar.fill(&mask)
      let choice = mask.indices.filter { mask[$0] }
      // Nothing is allowed when the take is complete; there time goes on.
      let token = choice.isEmpty ? T.shift(100) : UInt16(choice[draw(choice.count, &random)])
      grammar.advance(token)
      return token
    }
  }

  /// All 128 keys at once, struck twice and let go twice, and long silence.
  static let extremes: [UInt16] = {
    let pitches = (0..<128).map { UInt8($0) }
    let silence = Array(repeating: T.shift(100), count: 12)
    return [T.off(60), T.on(60), T.off(60), T.bin(1)] + pitches.map(T.on) + [T.bin(32), T.shift(3)]
      + pitches.map(T.on) + [T.shift(99)] + pitches.map(T.off) + pitches.map(T.off) + silence
      + [T.on(0), T.on(0), 388, .max] + silence + [T.shift(1), T.off(0), T.bin(5), T.bin(5)]
  }()

  /// Sequences, and what followed from each when it was recorded: models are trained on it, so it
  /// may not change.
  static let goldens: [(name: String, tokens: [UInt16], outcome: Outcome)] = [
    (
      "anything", anything(count: 1000),
      Outcome(
        grammar: 0x642E_967D_3CA6_118B, numbers: 0x346F_3301_ED5B_F7E7,
        links: 0xDAB8_40AC_49E5_D8E8, possible: 0x07F5_889D_C77F_E837, notes: 0x3077_C6D4_2950_C37B)
    ),
    (
      "crowded", crowded(count: 1500),
      Outcome(
        grammar: 0xD237_CDE7_1BEA_B071, numbers: 0x8E2D_0785_E07E_C48B,
        links: 0xAA6E_E981_3F88_0993, possible: 0x67D9_4272_0201_1861, notes: 0xDBB2_FA91_849D_ED54)
    ),
    (
      "music", music(count: 300),
      Outcome(
        grammar: 0x20F0_58AB_3240_27A0, numbers: 0x0C05_2CF2_1EB3_9249,
        links: 0x307E_6368_3711_3E80, possible: 0x6683_FDA4_AB62_3EA8, notes: 0x30DB_9C2C_3DC7_D9D4)
    ),
    (
      "allowed", allowed(count: 1000),
      Outcome(
        grammar: 0x1504_0212_D7BF_029C, numbers: 0xF6D4_48A6_9B36_4E20,
        links: 0xB7A1_2ED5_C201_81AE, possible: 0x6E26_3E49_A637_DF19, notes: 0xF93E_9224_08B8_E7B2)
    ),
    (
      "extremes", extremes,
      Outcome(
        grammar: 0x42BB_8E27_C951_1C0E, numbers: 0xEA43_B57B_D9EB_CE37,
        links: 0xFE62_F008_CE6E_90D1, possible: 0xBCA4_9059_FA9B_8D4F, notes: 0x99FB_9529_DD38_48E1)
    ),
  ]

  @Test(arguments: goldens.indices)
  func whatFollowsFromEventsStaysAsItIs(index: Int) {
    let golden = Self.goldens[index]
    #expect(Self.outcome(of: golden.tokens) == golden.outcome, "\(golden.name)")
  }
}
