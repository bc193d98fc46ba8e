import Testing

@Suite struct MIDITests {
}
