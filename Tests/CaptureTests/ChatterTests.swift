import MIDI
import Testing

@testable import Capture

@Suite struct ChatterTests {
  @Test func aTakeBeginsAsTheInstrumentWasSet() {
    var chatter = Chatter()
    let bank = MIDIMessage.control(controller: 0, value: 1)
    let program = MIDIMessage.channel(status: 0xC0, data1: 4, data2: 0)
    let exclusive = MIDIMessage.system([0xF0, 0x7E, 0xF7])
    func rest(_ value: UInt8) -> MIDIMessage { .control(controller: 64, value: value) }
    let down = MIDIMessage.control(controller: 64, value: 127)
    let sent: [(Int64, MIDIMessage)] = [
      (1, exclusive), (2, bank), (3, program), (4, rest(1)), (5, rest(2)), (6, exclusive),
      (7, .noteOff(pitch: 60)), (8, rest(0)), (20, down), (21, rest(126)),
    ]
    for (time, message) in sent { chatter.add(message, at: time) }
    #expect(
      chatter.takeLead(from: 20) == [
        .init(message: bank, nanoseconds: 20), .init(message: program, nanoseconds: 20),
        .init(message: exclusive, nanoseconds: 20), .init(message: rest(0), nanoseconds: 20),
        .init(message: down, nanoseconds: 20), .init(message: rest(126), nanoseconds: 21),
      ])
    #expect(chatter.heard.isEmpty)
  }

  @Test func anHourOfItTakesNoRoom() {
    var chatter = Chatter()
    for time in 0..<Int64(100_000) {
      chatter.add(.control(controller: 64, value: UInt8(time % 3)), at: time)
      chatter.add(.system([0xF0, UInt8(time % 100), 0xF7]), at: time)
    }
    #expect(chatter.heard.count <= 1025)
  }
}
