import Foundation
import Library
import MIDI
import Network
import Testing

/// How fast a library of the full size is filled and listed, and how large it gets. Not a test: it
/// asserts nothing of time, takes a minute and 1 GB of disk, and runs only when asked for:
///
/// ```
/// WOODSHED_TRIAL=1 swift test -c release --filter LibraryTrial
/// ```
///
/// `WOODSHED_TRIAL_TAKES`, `_EVENTS` and `_NOTES` (the last two a take) change its size.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WOODSHED_TRIAL"] != nil))
struct LibraryTrial {
  /// The base's training set: 4,254 files, 12.6 million notes, some 60 million events.
  @Test func fillsAndLists() throws {
    let takes = Self.number("TAKES", 4254)
    let events = Self.number("EVENTS", 14_100)
    let notes = Self.number("NOTES", 2962)
    let folder = try TemporaryFolder()
    let library = try TakeLibrary.open(at: folder.library)
    let clock = ContinuousClock()
    var encoding = Duration.zero
    var adding = Duration.zero
    var generator = SeededGenerator(seed: 1)
    for first in stride(from: 0, to: takes, by: 32) {
      var sessions: [(NewSession, [NewTake])] = []
      for number in first..<min(first + 32, takes) {
        let music = Self.music(events: events, notes: notes, using: &generator)
        let name = "file \(number).mid"
        let source = Source(
          path: "/music/some folder/\(name)", digest: Digest.sha256(of: Array(name.utf8)))
        let begin = clock.now
        let take = NewTake(
          origin: .played, startedAt: Self.date(number), events: music.events, notes: music.notes,
          pedalNanoseconds: 0, source: source)
        encoding += clock.now - begin
        sessions.append(
          (NewSession(kind: .importing, name: name, startedAt: Self.date(number)), [take]))
      }
      adding += try clock.measure { _ = try library.add(sessions) }
    }
    try library.close()
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: folder.library.path)[.size] as? Int)
    print("\(takes) takes, \(takes * events) events, \(takes * notes) notes")
    print("encode \(encoding), add \(adding)")
    print("\(size) bytes, \(Double(size) / Double(takes * events)) an event")

    let again = try TakeLibrary.open(at: folder.library)
    for take in stride(from: 1, through: takes, by: 3) {
      try again.say(
        take % 2 == 0 ? .keep(phrase: nil) : .discard, of: Int64(take), at: Self.date(0))
    }
    try again.close()
    for filter in [
      TakeQuery(limit: 20), TakeQuery(), TakeQuery(verdict: .judged(.keep)),
      TakeQuery(search: "file 12"),
    ] {
      var count = 0
      let opening = try clock.measure {
        let library = try TakeLibrary.open(at: folder.library)
        count = try library.takes(matching: filter).count
        try library.close()
      }
      print("open and list \(count): \(opening)")
    }
    let reader = try TakeLibrary.open(at: folder.library)
    print("totals: \(try clock.measure { _ = try reader.totals() })")
    let reading = try clock.measure {
      for take in 1...min(100, takes) { _ = try reader.events(of: Int64(take)) }
    }
    print("read 100 takes: \(reading)")
  }

  private static func number(_ name: String, _ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["WOODSHED_TRIAL_\(name)"].flatMap { Int($0) } ?? usual
  }

  private static func date(_ number: Int) -> Date {
    Date(timeIntervalSince1970: 1_700_000_000 + Double(number) * 300)
  }

  /// Notes about evenly in 305 seconds, and a pedal that never rests in between.
  private static func music(
    events: Int, notes: Int, using generator: inout SeededGenerator
  ) -> (events: [MIDIEvent], notes: [Note]) {
    let length: Int64 = 305_000_000_000
    var list: [MIDIEvent] = []
    var played: [Note] = []
    for _ in 0..<notes {
      let start = Int64.random(in: 0..<length, using: &generator)
      let note = Note(
        pitch: .random(in: 21...108, using: &generator),
        velocity: .random(in: 20...110, using: &generator), start: start,
        end: start + .random(in: 30_000_000...3_000_000_000, using: &generator))
      played.append(note)
      list.append(
        MIDIEvent(
          nanoseconds: note.start, message: .noteOn(pitch: note.pitch, velocity: note.velocity)))
      list.append(MIDIEvent(nanoseconds: note.end, message: .noteOff(pitch: note.pitch)))
    }
    for _ in 2 * notes..<events {
      list.append(
        MIDIEvent(
          nanoseconds: .random(in: 0..<length, using: &generator),
          message: .control(
            controller: MIDIMessage.sustainController,
            value: .random(in: 0...127, using: &generator))))
    }
    return (
      list.sorted { $0.nanoseconds < $1.nanoseconds }, played.sorted { $0.start < $1.start }
    )
  }
}
