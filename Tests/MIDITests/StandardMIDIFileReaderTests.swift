import MIDI
import Testing

@Suite struct StandardMIDIFileReaderTests {
  // MARK: - Events

  @Test func runningStatusAndNoteOffAsVelocityZero() throws {
    let file = header() + track("00 90 3C 40  8360 3C 00  00 40 50  8360 40 00  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60, 64), Struck(500, 1000, 64, 80)]])
    #expect(try StandardMIDIFile(bytes: file).warnings.isEmpty)
  }

  @Test func runningStatusGoesOnAfterMetaEventsAndSysex() throws {
    let file =
      header()
      + track(
        """
        00 90 3C 50        ; note-on
        00 FF 01 02 6869   ; text
        00 F0 02 7E F7     ; sysex
        8360 3C 00         ; the note's end
        00 FF2F00
        """)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
  }

  @Test func theFirstTextsAreKeptAndWrittenOnes() throws {
    let file =
      header()
      + track("00 FF 01 02 6869  00 FF 01 00  00 FF 05 01 61  00 90 3C 50  60 3C 00  00 FF2F00")
    #expect(try StandardMIDIFile(bytes: file).takes.map(\.texts) == [["hi"]])
    // A text is written behind the name and moves nothing.
    let events = try StandardMIDIFile(bytes: file).takes[0].events
    let written = StandardMIDIFile.bytes(of: events, name: "n", text: "made: by whom?")
    let read = try StandardMIDIFile(bytes: written).takes[0]
    #expect(read.name == "n" && read.texts == ["made: by whom?"] && read.events == events)
    // Karaoke has thousands of them, each as long as it likes.
    let many = StandardMIDIFile.bytes(of: [], text: String(repeating: "x", count: 5000))
    #expect(try StandardMIDIFile(bytes: many).tracks.count == 1)
    let karaoke =
      header()
      + track(String(repeating: "00 FF 01 01 61 ", count: 500) + "00 90 3C 50 60 3C 00 00 FF2F00")
    #expect(try StandardMIDIFile(bytes: karaoke).takes[0].texts.count == 16)
  }

  @Test func rawMessagesAreKept() throws {
    let file =
      header()
      + track(
        """
        00 C0 05              ; program 6
        00 B0 40 7F           ; pedal
        00 E0 00 41           ; bend
        00 A0 3C 20           ; key pressure
        00 D0 30              ; channel pressure
        00 F0 05 7E7F0901 F7  ; GM reset
        00 F0 02 7E7F         ; sysex in two packets
        0A F7 03 0901 F7
        00 FF2F00
        """)
    let events = try StandardMIDIFile(bytes: file).takes[0].events
    #expect(
      events.map(\.message) == [
        .channel(status: 0xC0, data1: 5, data2: 0),
        .control(controller: 64, value: 127),
        .channel(status: 0xE0, data1: 0, data2: 0x41),
        .channel(status: 0xA0, data1: 0x3C, data2: 0x20),
        .channel(status: 0xD0, data1: 0x30, data2: 0),
        .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7]),
        .system([0xF0, 0x7E, 0x7F, 0x09, 0x01, 0xF7]),
      ])
    #expect(events.map(\.nanoseconds) == [0, 0, 0, 0, 0, 0, 10_416_667])
  }

  @Test func badMetaEventsMeanNothing() throws {
    let file =
      header()
      + track(
        """
        00 FF 03 04 E9FFFE80   ; a name that is not UTF-8
        00 FF 59 02 0B05       ; eleven sharps, mode 5
        00 FF 58 02 0402       ; half a time signature
        00 FF 54 05 6060606060 ; an impossible SMPTE offset

        """ + oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
  }

  @Test func systemRealTimeBytesArePassedOver() throws {
    let file = header() + track("00 90 3C 50  00 FE  8360 80 3C 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.strayBytes(offset: 26)])
  }

  @Test func dataBytesAbove127LoseTheirUpperBit() throws {
    let file = header() + track("00 90 3C C8  8360 80 3C 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60, 72)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.dataByte(offset: 25)])
  }

  @Test func numbersOfFiveBytesAreRead() throws {
    let file = header() + track("8080808000 90 3C 50  8360 80 3C 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.longNumber(offset: 22)])
  }

  static let overlong = [
    "8080808080 808080 8360", "8080808080 80808080 8360", "82808080 8360", "FFFF8080808080808360",
  ]

  /// Programs write time counts of up to ten bytes, whose lowest are right.
  @Test(arguments: overlong)
  func ofAnOverlongNumberTheLow28BitsCount(number: String) throws {
    let file =
      header() + track("00 90 3C 50  \(number) 80 3C 40  00 90 3E 50  8360 80 3E 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60), Struck(500, 1000, 62)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.longNumber(offset: 26)])
  }

  // MARK: - System exclusive

  @Test func systemExclusiveWithoutItsEndGetsIt() throws {
    let file =
      header()
      + track(
        """
        00 F0 04 43104C00         ; no F7
        00 F0 02 7E7F             ; none either
        00 90 3C 50  8360 80 3C 40
        00 F0 01 7D               ; nor at the track's end
        00 FF2F00
        """)
    let messages = try StandardMIDIFile(bytes: file).takes[0].events.map(\.message)
    #expect(
      messages == [
        .system([0xF0, 0x43, 0x10, 0x4C, 0x00, 0xF7]), .system([0xF0, 0x7E, 0x7F, 0xF7]),
        .noteOn(pitch: 60, velocity: 80), .noteOff(pitch: 60), .system([0xF0, 0x7D, 0xF7]),
      ])
  }

  @Test func notesInEscapesAreNotes() throws {
    let file =
      header()
      + track(
        """
        00 F0 02 7E7F             ; open, and what follows is no data
        00 F7 03 903C50
        8360 F7 08 803C40 904050 4330   ; three, the last by running status
        8360 F7 06 804040 804340
        00 F7 03 F20102           ; song position
        00 FF2F00
        """)
    #expect(
      try struck(in: file) == [
        [Struck(0, 500, 60), Struck(500, 1000, 64), Struck(500, 1000, 67, 48)]
      ])
    let messages = try StandardMIDIFile(bytes: file).takes[0].events.map(\.message)
    #expect(messages.first == .system([0xF0, 0x7E, 0x7F, 0xF7]))
    #expect(messages.last == .system([0xF2, 1, 2]))
    #expect(try StandardMIDIFile(bytes: file).warnings.isEmpty)
  }

  // MARK: - Time

  @Test func tempoChangesInsideANote() throws {
    let file =
      header(format: 1, tracks: 2)
      + track("00 FF5103 07A120  8360 FF5103 0F4240  00 FF2F00")  // 120, then 60 a minute
      + track("00 90 3C 50  8740 80 3C 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 1500, 60)]])
  }

  @Test func temposOfLaterTracksCount() throws {
    let file =
      header(format: 1, tracks: 2)
      + track("00 90 3C 50  8360 80 3C 40  00 90 3E 50  8360 80 3E 40  00 FF2F00")
      + track("8360 FF5103 0F4240  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60), Struck(500, 1500, 62)]])
  }

  @Test func aTempoOfZeroIsPassedOver() throws {
    let file = header() + track("00 FF5103 000000" + oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.zeroTempo(offset: 26)])
  }

  static let frames: [(String, Double)] = [
    ("E728", 1),  // 25 frames of 40 ticks: a tick is 1 ms
    ("E850", 1000.0 / 24 / 80),
    ("E350", 1001.0 / 30 / 80),  // 29.97 frames
    ("E264", 1000.0 / 30 / 100),
  ]

  @Test(arguments: frames)
  func framesAreSecondsWhateverTheTempo(division: String, milliseconds: Double) throws {
    let file =
      header(division: division)
      + track("00 FF5103 0F4240  00 90 3C 50  8378 80 3C 40  00 FF2F00")  // 504 ticks
    let note = try #require(try struck(in: file).first?.first)
    #expect(abs(note.end - 504 * milliseconds) < 1e-5)
  }

  // MARK: - Chunks

  @Test func tracksOfFormat1SoundTogether() throws {
    let file =
      header(format: 1, tracks: 2)
      + track("00 FF0304 4C656674  00 90 30 50  8360 80 30 40  00 FF2F00")  // "Left"
      + track("00 90 3C 50  78 80 3C 40  00 FF2F00")
    let takes = try StandardMIDIFile(bytes: file).takes
    #expect(takes.count == 1)
    #expect(takes.first?.name == "Left")
    // At one time, the order of the file; the second track's note-off comes before the first's.
    #expect(
      takes.first?.events.map(\.message) == [
        .noteOn(pitch: 48, velocity: 80), .noteOn(pitch: 60, velocity: 80), .noteOff(pitch: 60),
        .noteOff(pitch: 48),
      ])
  }

  @Test func tracksOfFormat2AreTakesOfTheirOwn() throws {
    let file =
      header(format: 2, tracks: 2) + track(oneNote)
      + track("00 FF5103 0F4240  00 90 40 50  8360 80 40 40  00 FF2F00")
    #expect(try struck(in: file) == [[Struck(0, 500, 60)], [Struck(0, 1000, 64)]])
  }

  @Test func riffAroundTheFile() throws {
    let inner = header() + track(oneNote)
    let file = hex("52494646 37000000 524D4944 64617461 23000000") + inner
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings.isEmpty)
  }

  @Test func bytesBeforeTheHeaderAreSaid() throws {
    let file = hex("00 01 4D54 FF") + header() + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.bytesBeforeHeader(count: 5)])
  }

  @Test func aLongerHeaderIsPassedOver() throws {
    let file = hex("4D546864 00000008 0000 0001 01E0 0000") + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
  }

  /// A length that leads beyond the file, or past its track.
  @Test(arguments: ["7FFFFFFF", "00000010"])
  func aHeaderWhoseLengthLeadsNowhere(length: String) throws {
    let file = hex("4D546864 \(length) 0000 0001 01E0") + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    let claimed = try #require(Int(length, radix: 16))
    #expect(try StandardMIDIFile(bytes: file).warnings == [.wrongHeaderLength(claimed)])
  }

  /// Two songs are never laid over one another: the first is read, and the other said.
  @Test func aSongBehindAnotherIsLeftOut() throws {
    let second = header(division: "0060") + track("00 90 40 50  60 80 40 40  00 FF2F00")
    let file = header() + track(oneNote) + second
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.anotherSong(offset: 35)])
    // Between them bytes of none.
    let apart = header() + track(oneNote) + [UInt8](repeating: 0, count: 9) + second
    #expect(try struck(in: apart) == [[Struck(0, 500, 60)]])
    // A header alone is no song, before or behind one.
    let alone = header() + track(oneNote) + header(tracks: 0)
    #expect(try struck(in: alone) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: alone).warnings.isEmpty)
    #expect(try struck(in: header() + second) == [[Struck(0, 500, 64)]])
    // The first song's last track claims the second one.
    let long = header() + track(oneNote, length: 100) + second
    #expect(try struck(in: long) == [[Struck(0, 500, 60)]])
  }

  @Test func alienChunksArePassedOver() throws {
    let file = header() + hex("58464948 00000003 010203") + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.alienChunk(offset: 14)])
  }

  @Test func bytesAfterTheLastTrackAreSaidOnce() throws {
    let file = header() + track(oneNote) + [UInt8](repeating: 0, count: 100)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.strayBytes(offset: 35)])
  }

  static let counts: [(UInt8, Int)] = [(5, 1), (0, 1), (1, 2)]

  @Test(arguments: counts)
  func allTracksAreReadWhateverTheHeaderPromises(declared: UInt8, tracks: Int) throws {
    let file =
      header(format: 1, tracks: declared)
      + (0..<tracks).flatMap { _ in track(oneNote) }
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(
      try StandardMIDIFile(bytes: file).warnings
        == [.trackCount(declared: Int(declared), found: tracks)])
  }

  @Test func anUnknownFormatIsReadAs1() throws {
    let file = header(format: 7) + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.unknownFormat(7)])
  }

  @Test func aFileWithoutTracksHasNoTakes() throws {
    let file = try StandardMIDIFile(bytes: header(format: 1, tracks: 0))
    #expect(file.takes.isEmpty)
    #expect(file.warnings.isEmpty)
  }

  // MARK: - Ends

  @Test func aTrackNeedsNoEnd() throws {
    let file = header() + track("00 90 3C 50  8360 80 3C 40")
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
  }

  @Test func releasesAfterAnEndThatComesTooEarlyCount() throws {
    let file =
      header()
      + track(
        """
        00 90 3C 50  00 90 40 50
        00 FF2F00                ; the end, with both keys down
        8360 80 3C 40  00 40 40
        00 90 43 50              ; no release: left out
        00 FF2F00
        """)
    #expect(try struck(in: file) == [[Struck(0, 500, 60), Struck(0, 500, 64)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.eventsAfterEnd(offset: 34)])
  }

  @Test func aLengthThatCoversTheNextTracksHeader() throws {
    let file =
      header(format: 1, tracks: 2) + track("00 FF2F00", length: 12)
      + track(oneNote)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.wrongLength(offset: 14)])
  }

  @Test func aLengthThatEndsBeforeTheTrackDoes() throws {
    let file = header() + track(oneNote, length: 4)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.wrongLength(offset: 14)])
  }

  /// What stands where the track seems to end looks like a chunk's name: running status in letters.
  @Test func aLengthThatEndsWithinRunningStatus() throws {
    let notes = (0x30..<0x3C).map { "60 \(String($0, radix: 16)) 40 " }.joined()
    let file =
      header(format: 1, tracks: 2, division: "0060")
      + track("00 90 3C 50 " + notes + "00 FF2F00", length: 10) + track(oneNote)
    // The second track's note is the same as the first of these.
    #expect(try struck(in: file).joined().count == 13)
    #expect(try StandardMIDIFile(bytes: file).warnings == [.wrongLength(offset: 14)])
    // So short that less than a chunk's header is left.
    let last = header() + track("00 90 3C 50  8360 80 3C 40  00 FF2F00", length: 10)
    #expect(try struck(in: last) == [[Struck(0, 500, 60)]])
  }

  @Test(arguments: [14, 0xFFFF_FFFF]) func aLengthBeyondTheFile(length: Int) throws {
    let file = header() + track(oneNote, length: length)
    #expect(try struck(in: file) == [[Struck(0, 500, 60)]])
    #expect(try StandardMIDIFile(bytes: file).warnings == [.wrongLength(offset: 14)])
  }

  @Test func ofATruncatedTrackTheWholeEventsAreKept() throws {
    let file = header() + track("00 90 3C 50  8360 80 3C 40  00 90 3E 50  8360 80", length: 24)
    // The second note is never let go: it ends with the last whole event.
    #expect(try struck(in: file) == [[Struck(0, 500, 60), Struck(500, 500, 62)]])
    #expect(
      try StandardMIDIFile(bytes: file).warnings
        == [.wrongLength(offset: 14), .truncatedTrack(offset: 35)])
  }

  @Test func anyPrefixOfAFileIsReadOrRefused() throws {
    let file =
      header(format: 1, tracks: 2)
      + track("00 FF0304 4C656674  00 F0 03 7E7F F7  00 FF5103 0F4240" + oneNote)
      + track("00 B0 40 7F" + oneNote)
    for count in 14..<file.count {
      _ = try struck(in: Array(file.prefix(count)))
    }
    for count in 0..<14 {
      #expect(throws: StandardMIDIFileError.self) {
        try StandardMIDIFile(bytes: Array(file.prefix(count)))
      }
    }
  }

  @Test func anyFlippedByteIsReadOrRefused() {
    let file =
      header(format: 1, tracks: 2)
      + track("00 FF0304 4C656674  00 F0 03 7E7F F7  00 FF5103 0F4240" + oneNote)
      + track("00 B0 40 7F" + oneNote)
    for place in file.indices {
      for value: UInt8 in [0x00, 0x7F, 0x80, 0x90, 0xF0, 0xF7, 0xFF] {
        var changed = file
        changed[place] = value
        let notes = (try? struck(in: changed))?.joined().count ?? 0
        // A note-on takes three bytes at least, or there would be more music than file.
        #expect(notes <= file.count / 3)
      }
    }
  }

  // MARK: - Refusals

  @Test func whatIsNoMIDIFileIsRefused() {
    #expect(throws: StandardMIDIFileError.empty) { try StandardMIDIFile(bytes: []) }
    #expect(throws: StandardMIDIFileError.noHeader) {
      try StandardMIDIFile(bytes: Array("<html><body>404</body></html>".utf8))
    }
    #expect(throws: StandardMIDIFileError.truncatedHeader(offset: 0)) {
      try StandardMIDIFile(bytes: hex("4D546864 00000006 00"))
    }
    #expect(throws: StandardMIDIFileError.badDivision(offset: 12, value: 0)) {
      try StandardMIDIFile(bytes: header(division: "0000"))
    }
    #expect(throws: StandardMIDIFileError.badDivision(offset: 12, value: 0xE700)) {
      try StandardMIDIFile(bytes: header(division: "E700"))
    }
  }

  @Test func refusalsAndWarningsReadAsClauses() {
    let refusals: [StandardMIDIFileError] = [
      .empty, .noHeader, .truncatedHeader(offset: 3), .badDivision(offset: 12, value: 0),
    ]
    #expect(
      refusals.map(\.description) == [
        "it is empty", "it is not a MIDI file: there is no MThd in it",
        "its header at byte 3 breaks off",
        "the division at byte 12 is 0, which is no unit of time",
      ])
    let warnings: [StandardMIDIFileWarning] = [
      .trackCount(declared: 5, found: 1), .truncatedTrack(offset: 40), .dataByte(offset: 25),
    ]
    #expect(
      warnings.map(\.description) == [
        "its header promises 5 tracks, it has 1",
        "a track breaks off at byte 40; what came before is kept",
        "the byte at 25 is above 127; its upper bit was passed over",
      ])
  }
}
