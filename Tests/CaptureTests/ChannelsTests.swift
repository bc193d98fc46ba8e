import MIDI
import Testing

@testable import Capture

@Suite struct ChannelsTests {
  private func pedal(_ channel: UInt8) -> MIDIMessage {
    .control(channel: channel, controller: 64, value: 127)
  }

  @Test func whoComesFirstKeepsItsChannel() {
    var channels = Channels<String>()
    #expect(channels.own(pedal(0), of: "piano") == pedal(0))
    #expect(channels.own(pedal(0), of: "organ") == pedal(1))
    #expect(channels.own(pedal(0), of: "piano") == pedal(0))
    #expect(channels.own(pedal(2), of: "organ") == pedal(2))
    #expect(channels.own(pedal(1), of: "piano") == pedal(3))
  }

  @Test func theChannelOfDrumsIsNeitherGivenNorTaken() {
    var channels = Channels<Int>()
    for source in 0..<15 { _ = channels.own(pedal(0), of: source) }
    #expect(channels.own(pedal(9), of: 0) == pedal(9))
    // All fifteen are given: it keeps its own.
    #expect(channels.own(pedal(4), of: 15) == pedal(4))
  }

  @Test func whatOneHadAnotherMayHaveOnceItIsGone() {
    var channels = Channels<String>()
    _ = channels.own(pedal(0), of: "piano")
    channels.forget("piano")
    #expect(channels.own(pedal(0), of: "piano at another port") == pedal(0))
  }
}
