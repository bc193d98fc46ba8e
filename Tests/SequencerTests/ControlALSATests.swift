import Foundation
import MIDI
import Testing

@testable import Sequencer

extension ALSATests {
  /// Pause, seek, tempo, and the ways out.
  @Suite struct Control {
    let listener: Listener
    let output: SequencerOutput

    /// A held pedal and a note every 100 ms, 60, 61, 62 …, for six seconds.
    let take: [MIDIEvent] =
      [MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127))]
      + (0..<60).map { index in
        MIDIEvent(
          nanoseconds: Int64(index) * 100_000_000,
          message: .noteOn(pitch: UInt8(60 + index), velocity: 64))
      }

    /// What silences an instrument that `take` was played to.
    let silence: [MIDIMessage] =
      [64, 66, 67, 123, 120].map { .control(controller: $0, value: 0) }
      + (60..<120).map { .noteOff(pitch: $0) }

    init() throws {
      let input = try SequencerInput(.named([]), name: "woodshed test")
      listener = Listener(input)
      output = try SequencerOutput(to: port(of: input))
    }

    func play() -> Task<Void, any Error> {
      Task { [output, take] in try await output.play(take) }
    }

    func untilHeard(_ pitch: UInt8) async throws {
      try await listener.wait { stamped in
        guard case .message(.channel(0x90, pitch, _), _) = stamped.event else { return false }
        return true
      }
    }

    @Test func stopSilencesTheInstrument() async throws {
      let playing = play()
      try await untilHeard(62)
      try await output.stop()
      try await playing.value
      let messages = try await listener.finish().messages
      #expect(Array(messages.suffix(silence.count)) == silence)
      #expect(messages.count < 20 + silence.count)
    }

    @Test func aCancelledTaskSilencesTheInstrument() async throws {
      let playing = play()
      try await untilHeard(62)
      playing.cancel()
      await #expect(throws: CancellationError.self) { try await playing.value }
      let messages = try await listener.finish().messages
      #expect(Array(messages.suffix(silence.count)) == silence)
    }

    @Test func pauseHoldsAndResumeGoesOnWhereItWas() async throws {
      let playing = play()
      try await untilHeard(62)
      try await output.pause()
      let held = try await output.progress
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await output.progress == held)
      #expect(held?.isPaused == true)
      try await output.resume()
      try await untilHeard(65)
      try await output.stop()
      try await playing.value
      let messages = try await listener.finish().messages
      // The pedal, three notes or more; silence; the pedal again, and the next note.
      let pause = try #require(messages.firstIndex(of: silence[0]))
      let last = pause - 1
      #expect(messages[..<pause].elementsEqual(take[..<pause].map(\.message)))
      let after = messages[(pause + silence.count)...]
      #expect(after.first == .control(controller: 64, value: 127))
      #expect(after.dropFirst().first == take[last + 1].message)
    }

    @Test func seekGoesOnElsewhereWithThePedalAsItIsThere() async throws {
      let playing = play()
      try await untilHeard(61)
      try await output.seek(to: 4_950_000_000)
      try await untilHeard(112)
      try await output.seek(to: 0)
      try await untilHeard(60)
      try await output.stop()
      try await playing.value
      let messages = try await listener.finish().messages
      let seek = try #require(messages.firstIndex(of: silence[0])) + silence.count
      #expect(messages[seek] == .control(controller: 64, value: 127))
      #expect(messages[seek + 1] == .noteOn(pitch: 110, velocity: 64))
      let back = try #require(messages[seek...].firstIndex(of: silence[0])) + silence.count
      #expect(messages[back] == .control(controller: 64, value: 127))
      #expect(messages[back + 1] == .noteOn(pitch: 60, velocity: 64))
    }

    @Test func tempoStretchesTheDistances() async throws {
      let playing = play()
      try await untilHeard(61)
      try await output.setTempo(4)
      try await untilHeard(90)
      try await output.stop()
      try await playing.value
      let notes = try await listener.finish().midi.filter { $0.message.bytes[0] == 0x90 }
      let pitches = notes.map { $0.message.bytes[1] }
      #expect(pitches.elementsEqual((60..<120).prefix(pitches.count)))
      let distances = zip(notes.dropFirst(), notes).map { $0.nanoseconds - $1.nanoseconds }
      #expect(abs(distances[0] - 100_000_000) <= 20_000_000)
      let fast = distances[5..<30]
      #expect(fast.sorted()[fast.count / 2] - 25_000_000 <= 1_500_000, "\(fast)")
    }

    @Test func aPanicNeedsNothingButTheButton() async throws {
      let playing = play()
      try await untilHeard(60)
      PanicButton.press()
      try await listener.wait { stamped in
        if case .message(.channel(0x80, 119, _), _) = stamped.event { true } else { false }
      }
      try await output.stop()
      try await playing.value
      let messages = try await listener.finish().messages
      let panic = try #require(messages.firstIndex(of: silence[0]))
      #expect(messages[panic...].starts(with: silence))
    }

    @Test func aFaultSilencesTheInstrument() async throws {
      await #expect(processExitsWith: .signal(SIGABRT)) {
        SequencerOutput.silenceOnFaults()
        let port = try PortQuery("woodshed test").only(of: PortList.current())
        let output = try SequencerOutput(to: port)
        let note = MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64))
        let late = MIDIEvent(nanoseconds: 60_000_000_000, message: .noteOff(pitch: 60))
        Task { try await output.play([note, late]) }
        while try await output.progress?.position ?? 0 < 50_000_000 { await Task.yield() }
        // Not raise: the runtime's threads block the signal, and abort unblocks it.
        abort()
      }
      let messages = try await listener.finish().messages
      #expect(messages.first == .noteOn(pitch: 60, velocity: 64))
      #expect(messages.contains(.control(controller: 123, value: 0)))
      #expect(messages.last == .noteOff(pitch: 60))
    }
  }
}
