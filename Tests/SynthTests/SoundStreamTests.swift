import Foundation
import MIDI
import Testing

@testable import Synth

@Suite(.enabled(if: Bed.soundFont != nil, "there is no SoundFont here; README.md names a package"))
struct SoundStreamTests {
  /// All of a stream, as a file that is read again.
  private func heard(_ events: [MIDIEvent], from start: Int64 = 0) async throws -> WaveFile {
    var sound = Sound()
    sound.reverb = 0
    let stream = try SoundStream(
      events, from: start, soundFont: #require(Bed.soundFont), sound: sound)
    var bytes: [UInt8] = []
    while let piece = await stream.next() { bytes += piece }
    #expect(bytes.count == stream.bytes)
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).wav")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    return try WaveFile(at: file)
  }

  private func note(_ pitch: UInt8, from: Double, to: Double) -> [MIDIEvent] {
    MIDIEvent.events(
      of: [Note(pitch: pitch, velocity: 100, start: Int64(from * 1e9), end: Int64(to * 1e9))])
  }

  private func inOrder(_ events: [MIDIEvent]) -> [MIDIEvent] {
    events.sorted { $0.nanoseconds < $1.nanoseconds }
  }

  @Test func soundsBeginWhereTheNotesDo() async throws {
    let all = try await heard(RenderingTests.events())
    #expect(all.onsets.count == RenderingTests.melody.count)
    #expect(abs(all.seconds - 3.453 - SoundStream.tail) < 0.01)
    let later = try await heard(RenderingTests.events(), from: 1_800_000_000)
    let expected = RenderingTests.melody.map { Double($0.at) / 1000 - 1.8 }.filter { $0 > 0 }
    try #require(later.onsets.count == expected.count, "\(later.onsets)")
    for (onset, note) in zip(later.onsets, expected) { #expect(abs(onset - note) < 0.015) }
  }

  /// From a moment on it sounds as it does there when it is played from the beginning.
  @Test func whatSoundsIsAsItWouldBe() async throws {
    let held = note(48, from: 0.1, to: 9)
    let all = try await heard(held)
    let later = try await heard(held, from: 3_000_000_000)
    for second in [0.1, 1, 3, 5] {
      let (one, other) = (
        all.power(from: 3 + second, to: 3.5 + second), later.power(from: second, to: second + 0.5)
      )
      #expect(abs(one - other) < 0.05 * one, "after \(second) s")
    }
  }

  @Test func keysThatAreDownForLongAreHeard() async throws {
    let later = try await heard(note(36, from: 0.1, to: 20), from: 12_000_000_000)
    #expect(later.power(from: 0.1, to: 0.5) > 1e-7)
  }

  @Test func whatThePedalHoldsIsHeard() async throws {
    let down = MIDIEvent(
      nanoseconds: 500_000_000, message: .control(channel: 0, controller: 64, value: 127))
    let up = MIDIEvent(
      nanoseconds: 8_000_000_000, message: .control(channel: 0, controller: 64, value: 0))
    let struck = note(48, from: 1, to: 1.2)
    let withPedal = try await heard(inOrder(struck + [down, up]), from: 3_000_000_000)
    #expect(withPedal.power(from: 0.1, to: 1) > 1e-6)
    let without = try await heard(inOrder(struck + note(60, from: 7, to: 8)), from: 3_000_000_000)
    #expect(without.power(from: 0.1, to: 1) < 1e-7)
    // A pedal that went down long before is down.
    let later = try await heard(
      inOrder([down, up] + note(48, from: 6.8, to: 6.9)), from: 7_000_000_000)
    #expect(later.power(from: 0.2, to: 0.8) > 1e-6)
  }

  @Test func atItsEndOnlyWhatDiesAwayIsHeard() async throws {
    let wave = try await heard(note(60, from: 0, to: 1), from: 1_000_000_000)
    #expect(abs(wave.seconds - SoundStream.tail) < 0.01)
    #expect(wave.power(from: 2.9, to: 3) < 1e-9)
  }

  @Test func aTakeWithoutEventsIsSilent() async throws {
    let wave = try await heard([])
    #expect(abs(wave.seconds - SoundStream.tail) < 0.01 && wave.peak == 0)
  }
}
