import Foundation
import Library
import MIDI

/// A little music that tests store: two notes under a pedal, a bend and a system exclusive message.
enum Music {
  static let events: [MIDIEvent] = [
    MIDIEvent(nanoseconds: 0, message: .control(controller: 64, value: 127)),
    MIDIEvent(nanoseconds: 1_000_000, message: .noteOn(pitch: 60, velocity: 80)),
    MIDIEvent(nanoseconds: 1_000_000, message: .noteOn(pitch: 64, velocity: 72)),
    MIDIEvent(nanoseconds: 250_000_001, message: .channel(status: 0xE0, data1: 0, data2: 0x41)),
    MIDIEvent(nanoseconds: 500_000_000, message: .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7])),
    MIDIEvent(nanoseconds: 900_000_000, message: .noteOff(pitch: 60)),
    MIDIEvent(nanoseconds: 1_500_000_000, message: .noteOff(pitch: 64, velocity: 30)),
    MIDIEvent(nanoseconds: 2_000_000_000, message: .control(controller: 64, value: 0)),
  ]

  static let notes: [Note] = [
    Note(pitch: 60, velocity: 80, start: 1_000_000, end: 900_000_000),
    Note(pitch: 64, velocity: 72, start: 1_000_000, end: 1_500_000_000),
  ]

  /// 14 November 2023, 22:13:20 in UTC, and `seconds` after that.
  static func date(_ seconds: Double = 0) -> Date {
    Date(timeIntervalSince1970: 1_700_000_000 + seconds)
  }

  static func source(_ name: String, track: Int? = nil) -> Source {
    Source(path: "/music/\(name)", digest: Digest.sha256(of: Array(name.utf8)), track: track)
  }

  static func played(_ seconds: Double = 0, source: Source? = nil) -> NewTake {
    NewTake(
      origin: .played, startedAt: date(seconds), events: events, notes: notes,
      pedalNanoseconds: 2_000_000_000, source: source)
  }

  static func generated(
    _ seconds: Double = 0, by generation: Generation = Generation(model: "base", seed: 7)
  ) -> NewTake {
    NewTake(
      origin: .generated, startedAt: date(seconds), events: events, notes: notes,
      pedalNanoseconds: 0, generation: generation)
  }

  static func recording(_ name: String = "keyboard", heldOut: Bool = false) -> NewSession {
    NewSession(kind: .recording, name: name, startedAt: date(), heldOut: heldOut)
  }

  static func importing(_ name: String) -> NewSession {
    NewSession(kind: .importing, name: name, startedAt: date())
  }

  static let generation = NewSession(kind: .generation, name: "base", startedAt: date())

  /// A round with weights, trained on these takes.
  static func round(
    _ number: Int, _ status: NewRound.Status = .current, parent: Int? = nil,
    takes: [RoundTake] = []
  ) -> NewRound {
    NewRound(
      number: number, parent: parent, createdAt: date(Double(number)), settings: #"{"passes":12}"#,
      seed: .max, programVersion: "0.1.0", status: status, numbers: #"{"nllPerEvent":1.9}"#,
      weightsFile: "round-\(number).safetensors",
      weightsDigest: Digest.sha256(of: [UInt8(number)]), takes: takes)
  }
}
