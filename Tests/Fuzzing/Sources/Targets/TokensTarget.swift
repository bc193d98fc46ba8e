import MIDI
import Performance

/// Tokens of any kind, as a model may sample them.
///
/// Bytes that begin with an odd number choose among what ``Grammar`` allows; two bytes each of all
/// others are a token, known or not. Holds that notes decoded have their places in time, that
/// encoding them keeps every stroke, and that what the grammar allows comes back whole.
enum TokensTarget: FuzzTarget {
  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let words = stride(from: 1, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    let isAllowed = first & 1 == 1
    let tokens = isAllowed ? allowed(words) : words.map { $0 % 400 }
    bounding(bytes, perByte: 400) {
      let notes = Decoding.notes(of: tokens, startingAtBin: 1 + Int(first >> 1) % 32)
      check(notes)
      let encoded = Encoding.tokens(of: notes)
      precondition(encoded.allSatisfy { $0 < UInt16(Vocabulary.size) })
      let again = Decoding.notes(of: encoded)
      let start = notes.first?.start ?? 0
      let sorted = notes.map {
        Note(
          pitch: $0.pitch, velocity: $0.velocity, start: $0.start - start, end: $0.end - start)
      }.enumerated().sorted {
        ($0.element.start, $0.element.pitch, $0.offset)
          < ($1.element.start, $1.element.pitch, $1.offset)
      }.map(\.element)
      precondition(again.count == sorted.count)
      for (one, other) in zip(again, sorted) {
        precondition(
          (one.pitch, one.velocity, one.start) == (other.pitch, other.velocity, other.start))
        precondition(!isAllowed || one.end == other.end)
      }
      // It takes as long as thirty others.
      if first & 0x1F == 0 { goOn(tokens, steps: Int(first)) }
    }
  }

  private static func check(_ notes: [Note]) {
    precondition(zip(notes, notes.dropFirst()).allSatisfy { $0.start <= $1.start })
    for note in notes {
      precondition(note.pitch < 128 && 1...127 ~= note.velocity)
      precondition(note.end >= note.start + Vocabulary.nanosecondsPerStep)
    }
  }

  /// Tokens of which each is allowed where it stands, chosen by a word each.
  private static func allowed(_ words: [UInt16]) -> [UInt16] {
    var grammar = Grammar()
    var mask = [Bool](repeating: false, count: Vocabulary.size)
    return words.map { word in
      grammar.fill(&mask)
      let count = mask.count { $0 }
      precondition(count > 0, "nothing is allowed")
      var (token, left) = (0, Int(word) % count)
      while left > 0 || !mask[token] {
        if mask[token] { left -= 1 }
        token += 1
      }
      grammar.advance(UInt16(token))
      return UInt16(token)
    }
  }

  /// After anything at all there is a way to the end of a take.
  private static func goOn(_ tokens: [UInt16], steps: Int) {
    var grammar = Grammar()
    for token in tokens { grammar.advance(token) }
    grammar.begin(steps: steps)
    var mask = [Bool](repeating: false, count: Vocabulary.size)
    // Time goes on at the last; 128 keys, the rest and the release, a step each at least.
    for _ in 0..<(128 + steps + Grammar.release + 2) where !grammar.isComplete {
      grammar.fill(&mask)
      let last = (Vocabulary.firstNoteOff..<Vocabulary.firstVelocity).last { mask[$0] }
      guard let token = last ?? mask.firstIndex(of: true) else {
        preconditionFailure("nothing is allowed")
      }
      grammar.advance(UInt16(token))
    }
    precondition(grammar.isComplete)
  }
}
