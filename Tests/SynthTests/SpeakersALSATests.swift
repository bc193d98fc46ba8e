import Foundation
import MIDI
import Testing

@testable import Synth

/// A sound card whose other side can be recorded: the kernel's snd-aloop.
enum Loopback {
  /// Whether it is there, or could be put there.
  static let isThere: Bool = {
    let card = "/proc/asound/Loopback"
    if !FileManager.default.fileExists(atPath: card) {
      _ = unsafe system("modprobe snd-aloop >/dev/null 2>&1")
    }
    return FileManager.default.fileExists(atPath: card)
  }()

  static let device = "plughw:CARD=Loopback,DEV=0"

  /// What comes out of the sound card from now on while `body` runs, `seconds` of it.
  static func record(_ seconds: Int, _ body: () async throws -> Void) async throws -> WaveFile {
    let file = FileManager.default.temporaryDirectory.appending(path: "woodshed-\(UUID()).wav")
    let done = file.appendingPathExtension("done")
    defer { for file in [file, done] { try? FileManager.default.removeItem(at: file) } }
    let command =
      "(arecord -q -D hw:CARD=Loopback,DEV=1 -f S16_LE -r 44100 -c 2 -d \(seconds) '\(file.path())'"
      + "; touch '\(done.path())') >/dev/null 2>&1 &"
    _ = unsafe system(command)
    // Until it listens.
    for _ in 0..<500 where !FileManager.default.fileExists(atPath: file.path()) {
      try await Task.sleep(for: .milliseconds(10))
    }
    try await body()
    for _ in 0..<2000 where !FileManager.default.fileExists(atPath: done.path()) {
      try await Task.sleep(for: .milliseconds(10))
    }
    return try WaveFile(at: file)
  }
}

@Suite(
  .serialized,
  .enabled(
    if: Bed.soundFont != nil && Loopback.isThere,
    "there is no snd-aloop or no SoundFont here; Tests/ALSABed/with-alsa brings the one"))
struct SpeakersALSATests {
  /// The times of the melody's notes to each other, in seconds.
  private static let gaps = zip(RenderingTests.melody.dropFirst(), RenderingTests.melody).map {
    Double($0.at - $1.at) / 1000
  }

  private func speakers() throws -> Speakers {
    var sound = Sound()
    sound.reverb = 0
    return try Speakers(
      soundFont: #require(Bed.soundFont), sound: sound, device: Loopback.device)
  }

  /// Plays the melody and listens to it until its notes are `gaps` apart.
  ///
  /// A machine that is busy elsewhere for longer than a sound card's buffer lasts loses what was to be heard
  /// meanwhile, so that it is played three times at most.
  private func hear(_ seconds: Int, tempo: Double = 1, gaps: [Double]) async throws -> WaveFile {
    let speakers = try speakers()
    var wave: WaveFile
    var tries = 0
    repeat {
      wave = try await Loopback.record(seconds) {
        try await speakers.play(RenderingTests.events(), tempo: tempo)
      }
      tries += 1
    } while tries < 3 && !Self.areApart(wave.onsets, by: gaps)
    #expect(Self.areApart(wave.onsets, by: gaps), "\(wave.onsets)")
    return wave
  }

  /// Whether the notes are as far apart as they were played, but for the card's buffer.
  private static func areApart(_ onsets: [Double], by gaps: [Double]) -> Bool {
    onsets.count == gaps.count + 1
      && gaps.indices.allSatisfy { abs(onsets[$0 + 1] - onsets[$0] - gaps[$0]) < 0.05 }
  }

  @Test func notesAreHeardWhenTheyWerePlayed() async throws {
    let wave = try await hear(8, gaps: Self.gaps)
    #expect(wave.peak > 0.05 && wave.peak < 1)
  }

  @Test func twiceAsFastIsHalfAsLong() async throws {
    _ = try await hear(6, tempo: 2, gaps: Self.gaps.map { $0 / 2 })
  }

  @Test func aPauseIsSilentAndTheTakeGoesOnWhereItStood() async throws {
    let speakers = try speakers()
    // A chord held by the pedal; after it one note.
    let events = [
      MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127)),
      MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 48, velocity: 100)),
      MIDIEvent(nanoseconds: 3_000_000_000, message: .noteOn(pitch: 72, velocity: 100)),
      MIDIEvent(nanoseconds: 3_300_000_000, message: .noteOff(pitch: 72)),
      MIDIEvent(nanoseconds: 3_300_000_000, message: .control(controller: 64, value: 0)),
    ]
    // A machine that is held up sleeps longer than it is told: what counts is what it measured.
    var (stoodAt, stoodFor) = (0.0, 0.0)
    let wave = try await Loopback.record(12) {
      async let playing: Void = speakers.play(events)
      while (await speakers.progress?.position ?? 0) < 1_000_000_000 {
        try await Task.sleep(for: .milliseconds(5))
      }
      let clock = ContinuousClock()
      await speakers.pause()
      let start = clock.now
      #expect(await speakers.progress?.isPaused == true)
      let position = try #require(await speakers.progress?.position)
      try await Task.sleep(for: .seconds(2))
      #expect(await speakers.progress?.position == position)
      await speakers.resume()
      stoodAt = Double(position) / 1e9
      stoodFor = (clock.now - start) / .seconds(1)
      try await playing
    }
    let onsets = wave.onsets
    try #require(onsets.count == 2, "\(onsets)")
    #expect(
      abs(onsets[1] - onsets[0] - 3 - stoodFor) < 0.15, "\(onsets), stood for \(stoodFor) s")
    let silent = onsets[0] + stoodAt + 1
    #expect(wave.power(from: silent, to: silent + 0.5) < 1e-7)
  }

  @Test func windingSkipsAndStoppingEnds() async throws {
    let speakers = try speakers()
    let wave = try await Loopback.record(6) {
      async let playing: Void = speakers.play(RenderingTests.events())
      while await speakers.progress == nil { try await Task.sleep(for: .milliseconds(5)) }
      await speakers.seek(to: 3_000_000_000)
      while (await speakers.progress?.position ?? 0) < 3_333_000_000 {
        try await Task.sleep(for: .milliseconds(5))
      }
      try await Task.sleep(for: .milliseconds(300))
      await speakers.stop()
      try await playing
      #expect(await speakers.progress == nil)
    }
    #expect(wave.onsets.count == 1, "\(wave.onsets)")
  }

  @Test func aSoundCardThatIsNotThereIsNamed() throws {
    let error = #expect(throws: SynthError.self) {
      try Speakers(soundFont: #require(Bed.soundFont), device: "hw:9")
    }
    #expect(error?.description.hasPrefix("cannot open the sound card \"hw:9\": ") == true)
  }
}
