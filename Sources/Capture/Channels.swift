import MIDI

/// Assigns each keyboard channels of its own, so that two keyboards in a take do not interfere: the pedal of
/// one does not affect the notes of the other, and a note-off ends the right note.
///
/// A keyboard keeps its own channel unless another one already has it.
struct Channels<Source: Hashable & Sendable> {
  private struct Sent: Hashable {
    var source: Source
    var channel: UInt8
  }

  private var given: [Sent: UInt8] = [:]

  /// `message` of `source` on the channel on which it is stored.
  ///
  /// The drum channel is left as it is, since what it plays is not a piano.
  mutating func own(_ message: MIDIMessage, of source: Source) -> MIDIMessage {
    guard case .channel(let status, let data1, let data2) = message,
      status & 0x0F != DrumChannel.number
    else { return message }
    let sent = Sent(source: source, channel: status & 0x0F)
    let channel = given[sent] ?? free(for: sent)
    given[sent] = channel
    return .channel(status: status & 0xF0 | channel, data1: data1, data2: data2)
  }

  /// Frees the channels of `source`.
  mutating func forget(_ source: Source) {
    given = given.filter { $0.key.source != source }
  }

  private func free(for sent: Sent) -> UInt8 {
    let taken = Set(given.values)
    let wanted = [sent.channel] + (0..<16).filter { $0 != DrumChannel.number }
    return wanted.first { !taken.contains($0) } ?? sent.channel
  }
}
