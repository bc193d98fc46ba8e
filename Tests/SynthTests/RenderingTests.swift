import Foundation
import MIDI
import Testing

@testable import Synth

/// What this machine has to test with.
enum Bed {
  static let soundFont = try? SoundFont.find()
}

@Suite(.enabled(if: Bed.soundFont != nil, "there is no SoundFont here; README.md names a package"))
final class RenderingTests {
  let folder: URL
  let soundFont: SoundFont

  init() throws {
    soundFont = try #require(Bed.soundFont)
    folder = FileManager.default.temporaryDirectory.appending(path: "woodshed-sound-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Short notes far apart: pitch, velocity, milliseconds from the beginning.
  static let melody: [(pitch: UInt8, velocity: UInt8, at: Int64)] = [
    (60, 80, 500), (64, 100, 1013), (67, 60, 1490), (72, 127, 2107), (48, 90, 2600), (84, 70, 3333),
  ]

  static func events(lasting: Int64 = 120) -> [MIDIEvent] {
    MIDIEvent.events(
      of: melody.map {
        Note(
          pitch: $0.pitch, velocity: $0.velocity, start: $0.at * 1_000_000,
          end: ($0.at + lasting) * 1_000_000)
      })
  }

  private func render(
    _ events: [MIDIEvent], _ name: String = "take.wav", reverb: Double = 0, peak: Double = -1
  ) throws -> WaveFile {
    var sound = Sound()
    sound.reverb = reverb
    sound.peak = peak
    let file = folder.appending(path: name)
    try Rendering(events, soundFont: soundFont, sound: sound).write(to: file, as: .wav)
    return try WaveFile(at: file)
  }

  @Test func soundsBeginWhereTheNotesDo() throws {
    let wave = try render(Self.events())
    let onsets = wave.onsets
    try #require(onsets.count == Self.melody.count, "\(onsets)")
    for (onset, note) in zip(onsets, Self.melody) {
      #expect(abs(onset - Double(note.at) / 1000) < 0.015, "\(onset) for \(note)")
    }
    #expect(wave.power(from: 0, to: 0.48) < 1e-8)
    #expect(wave.seconds > 3.45 && wave.seconds < 3.453 + EventWalk.longestTail)
  }

  @Test func theLoudestMomentIsADecibelBelowFullScale() throws {
    let wave = try render(Self.events())
    #expect(abs(20 * log10(wave.peak) - -1) < 0.02, "\(wave.peak)")
    let soft = try render(Self.events(), peak: -12)
    #expect(abs(20 * log10(soft.peak) - -12) < 0.02, "\(soft.peak)")
  }

  @Test func ofManyKeysAtOnceNoneClips() throws {
    let notes = (21...108).map {
      Note(pitch: UInt8($0), velocity: 127, start: 0, end: 1_000_000_000)
    }
    let wave = try render(MIDIEvent.events(of: notes))
    #expect(wave.peak < 0.9, "\(wave.peak)")
    #expect(wave.power(from: 0, to: 0.5) > 1e-3)
  }

  @Test func thePedalIsHeard() throws {
    let events = Self.events(lasting: 60).filter { $0.nanoseconds < 600_000_000 }
    let down = MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127))
    let up = MIDIEvent(nanoseconds: 3_000_000_000, message: .control(controller: 64, value: 0))
    let dry = try render(events, "dry.wav")
    let wet = try render([down] + events + [up], "wet.wav")
    #expect(wet.power(from: 1.5, to: 2) > 100 * max(1e-9, dry.power(from: 1.5, to: 2)))
    #expect(wet.power(from: 3.5, to: 4) < wet.power(from: 1.5, to: 2) / 100)
  }

  @Test func controllersProgramsAndBendsAreHeard() throws {
    let plain = try render(Self.events(), "plain.wav")
    // Volume at a quarter of the fourth note's way: −24 dB by the SoundFont specification's curve.
    let quiet = MIDIEvent(nanoseconds: 2_000_000_000, message: .control(controller: 7, value: 25))
    let softer = try render(
      (Self.events() + [quiet]).sorted { $0.nanoseconds < $1.nanoseconds }, "softer.wav")
    #expect(softer.power(from: 2.1, to: 2.3) < plain.power(from: 2.1, to: 2.3) / 10)
    for message in [
      MIDIMessage.channel(status: 0xC0, data1: 19, data2: 0),
      .channel(status: 0xE0, data1: 127, data2: 127),
    ] {
      let other = try render(
        [MIDIEvent(nanoseconds: 0, message: message)] + Self.events(), "other.wav")
      #expect(other.samples != plain.samples, "\(message)")
    }
  }

  @Test func theSameTakeGivesTheSameFile() throws {
    for format in SoundFormat.allCases where format != .ogg && format.isSupported {
      let files = try (0..<2).map { number in
        let file = folder.appending(path: "\(number).\(format)")
        try Rendering(Self.events(), soundFont: soundFont).write(to: file, as: format)
        return try Data(contentsOf: file)
      }
      #expect(files[0] == files[1])
    }
  }

  @Test func aCompressedFileIsOfItsKind() throws {
    let starts: [SoundFormat: String] = [.wav: "RIFF", .flac: "fLaC", .ogg: "OggS"]
    var sizes: [SoundFormat: Int] = [:]
    for format in SoundFormat.allCases where format != .mp3 {
      let file = folder.appending(path: "take.\(format)")
      try Rendering(Self.events(), soundFont: soundFont).write(to: file, as: format)
      let data = try Data(contentsOf: file)
      #expect(data.starts(with: Array((starts[format] ?? "").utf8)))
      sizes[format] = data.count
    }
    #expect(sizes[.flac] ?? 0 < sizes[.wav] ?? 0)
    #expect(sizes[.ogg] ?? 0 < (sizes[.wav] ?? 0) / 5)
  }

  /// Frames of 1,152 samples each, one behind the other, as long as the take in all.
  @Test(.enabled(if: SoundFormat.mp3.isSupported, "libsndfile is older than 1.1 here"))
  func anMP3FileIsFramesToItsEnd() throws {
    let file = folder.appending(path: "take.mp3")
    let sound = try Rendering(Self.events(), soundFont: soundFont).write(to: file, as: .mp3)
    let wave = folder.appending(path: "take.wav")
    try Rendering(Self.events(), soundFont: soundFont).write(to: wave, as: .wav)
    let bytes = [UInt8](try Data(contentsOf: file))
    let rates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    var place = 0
    if bytes.starts(with: Array("ID3".utf8)) {
      place = 10 + bytes[6..<10].reduce(0) { $0 << 7 | Int($1) }
    }
    var frames = 0
    while place + 4 <= bytes.count {
      // MPEG 1, layer III, 44,100 frames per second.
      try #require(bytes[place] == 0xFF && bytes[place + 1] & 0xFE == 0xFA, "at \(place)")
      let (rate, padding) = (Int(bytes[place + 2] >> 4), Int(bytes[place + 2] >> 1 & 1))
      try #require(rate > 0 && rate < 15 && bytes[place + 2] & 0x0C == 0)
      place += 144_000 * rates[rate] / 44_100 + padding
      frames += 1
    }
    #expect(place == bytes.count)
    #expect(abs(Double(frames) * 1152 / 44_100 - sound.seconds) < 0.1)
    #expect(bytes.count < (try Data(contentsOf: wave).count) / 5)
    #expect(throws: SynthError.self) {
      try Rendering(Self.events(), soundFont: soundFont)
        .write(to: URL(filePath: "/dev/full/x.mp3"), as: .mp3)
    }
  }

  @Test func aStoppedRenderingLeavesWhatWasThere() throws {
    let file = folder.appending(path: "take.wav")
    try Data("old".utf8).write(to: file)
    #expect(throws: SynthError.stopped(path: file.path())) {
      try Rendering(Self.events(), soundFont: soundFont)
        .write(to: file, as: .wav) { $0 < 0.6 }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["take.wav"])
    #expect(try Data(contentsOf: file) == Data("old".utf8))
  }

  @Test func whereNothingCanBeWrittenASentenceSaysWhy() throws {
    let file = folder.appending(path: "none/take.wav")
    let error = #expect(throws: SynthError.self) {
      try Rendering(Self.events(), soundFont: soundFont).write(to: file, as: .wav)
    }
    #expect(
      error?.description == "cannot write \(file.path()): the file or its folder is not there")
  }

  @Test func aTakeWithoutNotesIsSilence() throws {
    let wave = try render([
      MIDIEvent(nanoseconds: 1_000_000_000, message: .control(controller: 64, value: 0))
    ])
    #expect(wave.peak < 1e-4)
    #expect(wave.seconds >= 1)
  }
}

@Suite struct SoundFontTests {
  @Test func whatIsNoneIsRefused() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sf2")
    try Data("not a SoundFont".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: SynthError.badSoundFont(path: file.path())) {
      try SoundFont.find(path: file.path())
    }
    #expect(throws: SynthError.badSoundFont(path: "/nowhere.sf2")) {
      try SoundFont.find(path: "/nowhere.sf2")
    }
  }

  @Test func whereThereIsNoneThePackageIsNamed() {
    let error = #expect(throws: SynthError.self) { try SoundFont.find(in: ["/nowhere"]) }
    #expect(
      error?.description
        == "cannot make sound: there is no SoundFont in /nowhere; install the package "
        + "fluid-soundfont-gm")
  }
}
