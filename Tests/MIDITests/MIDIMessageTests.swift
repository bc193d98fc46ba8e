import MIDI
import Testing

@Suite struct MIDIMessageTests {
  @Test(arguments: [
    (MIDIMessage.noteOn(channel: 3, pitch: 60, velocity: 1), true, false),
    // A note-on with velocity 0 lets go.
    (.noteOn(channel: 3, pitch: 60, velocity: 0), false, true),
    (.noteOff(channel: 15, pitch: 60, velocity: 0), false, true),
    (.noteOff(pitch: 60), false, true),
    (.channel(status: 0xA0, data1: 60, data2: 64), false, false),
    (.control(controller: 64, value: 127), false, false),
    (.system([0xF0, 0x90, 0xF7]), false, false),
  ])
  func aKeyIsStruckOrLetGo(message: MIDIMessage, isNoteOn: Bool, isNoteOff: Bool) {
    #expect(message.isNoteOn == isNoteOn)
    #expect(message.isNoteOff == isNoteOff)
  }
}
