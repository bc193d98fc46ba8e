import MIDI

/// Gives each keyboard channels of its own, so that a take of two of them can be told apart: the
/// pedal of one lifts nothing that the other holds, and a release is of the key that was struck.
///
/// A keyboard keeps its channels unless another came before on the same one.
struct Channels<Source: Hashable & Sendable> {
  private struct Sent: Hashable {
    var source: Source
    var channel: UInt8
  }

  private var given: [Sent: UInt8] = [:]

  /// `message` of `source` as it is stored.
  ///
  /// The channel of drums is left as it is: what it plays is no piano.
  mutating func own(_ message: MIDIMessage, of source: Source) -> MIDIMessage {
    guard case .channel(let status, let data1, let data2) = message,
      status & 0x0F != DrumChannel.number
    else { return message }
    let sent = Sent(source: source, channel: status & 0x0F)
    let channel = given[sent] ?? free(for: sent)
    given[sent] = channel
    return .channel(status: status & 0xF0 | channel, data1: data1, data2: data2)
  }

  /// Forgets `source`, whose channels others may have.
  mutating func forget(_ source: Source) {
    given = given.filter { $0.key.source != source }
  }

  private func free(for sent: Sent) -> UInt8 {
    let taken = Set(given.values)
    let wanted = [sent.channel] + (0..<16).filter { $0 != DrumChannel.number }
    return wanted.first { !taken.contains($0) } ?? sent.channel
  }
}
