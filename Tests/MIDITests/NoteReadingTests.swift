import MIDI
import Testing

/// Events by milliseconds.
private func events(_ list: [(Double, MIDIMessage)]) -> [MIDIEvent] {
  list.map { MIDIEvent(nanoseconds: Int64($0.0 * 1e6), message: $0.1) }
}

private func on(_ pitch: UInt8, _ velocity: UInt8 = 80, channel: UInt8 = 0) -> MIDIMessage {
  .noteOn(channel: channel, pitch: pitch, velocity: velocity)
}

private func off(_ pitch: UInt8, channel: UInt8 = 0) -> MIDIMessage {
  .noteOff(channel: channel, pitch: pitch)
}

private func pedal(_ value: UInt8, channel: UInt8 = 0) -> MIDIMessage {
  .control(channel: channel, controller: 64, value: value)
}

private func read(_ list: [(Double, MIDIMessage)]) -> NoteReading { NoteReading(of: events(list)) }

private func struck(_ list: [(Double, MIDIMessage)]) -> [Struck] {
  read(list).notes.map(Struck.init)
}

private func sounding(_ list: [(Double, MIDIMessage)]) -> [Struck] {
  read(list).soundingNotes.map(Struck.init)
}

@Suite struct NoteReadingTests {
  // MARK: - Keys

  @Test func nothingIsNothing() {
    let reading = NoteReading(of: [])
    #expect(reading.notes.isEmpty)
    #expect(reading.soundingNotes.isEmpty)
    #expect(reading.pedalNanoseconds == 0)
    #expect(reading.remarks.isEmpty)
  }

  @Test func notesInOrderOfTheirStrokes() {
    let notes = struck([
      (0, on(60)), (100, on(64, 50)), (200, off(64)), (300, .noteOn(pitch: 60, velocity: 0)),
    ])
    #expect(notes == [Struck(0, 300, 60), Struck(100, 200, 64, 50)])
  }

  /// Disklavier files let the old note go some milliseconds after the new stroke.
  @Test func aReleaseSoonAfterANewStrokeBelongsToTheOldNote() {
    let reading = read([
      (0, on(60, 70)), (500, on(60, 90)), (503, off(60)), (1000, off(60)),
    ])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60, 70), Struck(500, 1000, 60, 90)])
    #expect(reading.repairs.restruckKeys == 1)
    #expect(reading.repairs.orphanNoteOffs == 0)
  }

  @Test func aReleaseThatAnotherFollowsBelongsToTheOldNote() {
    let notes = struck([(0, on(60)), (500, on(60)), (700, off(60)), (1000, off(60))])
    #expect(notes == [Struck(0, 500, 60), Struck(500, 1000, 60)])
  }

  @Test func aReleaseOnItsOwnBelongsToTheNewNote() {
    let notes = struck([
      (0, on(60)), (500, on(60)), (531, off(60)), (600, on(60)), (700, off(60)),
    ])
    #expect(notes == [Struck(0, 500, 60), Struck(500, 531, 60), Struck(600, 700, 60)])
  }

  static let delays: [(Double, Double)] = [(29, 1000), (30, 1000), (30.001, 530.001)]

  @Test(arguments: delays)
  func soonIsThirtyMilliseconds(delay: Double, end: Double) {
    let notes = struck([
      (0, on(60)), (500, on(60)), (500 + delay, off(60)), (1000, on(60)), (1100, off(60)),
    ])
    #expect(notes.map(\.end) == [500, end, 1100])
  }

  @Test func aReleaseAtTheVeryMomentOfTheNewStroke() {
    let notes = struck([(0, on(60, 70)), (500, on(60, 90)), (500, off(60)), (1000, off(60))])
    #expect(notes == [Struck(0, 500, 60, 70), Struck(500, 1000, 60, 90)])
    // In the other order nothing is odd.
    let plain = read([(0, on(60, 70)), (500, off(60)), (500, on(60, 90)), (1000, off(60))])
    #expect(plain.notes.map(Struck.init) == notes)
    #expect(plain.repairs == read([]).repairs)
  }

  @Test func threeStrokesAndThenTheirReleases() {
    let notes = struck([
      (0, on(60)), (100, on(60)), (200, on(60)), (300, off(60)), (400, off(60)), (500, off(60)),
    ])
    #expect(notes == [Struck(0, 100, 60), Struck(100, 200, 60), Struck(200, 500, 60)])
  }

  @Test func theSameNoteTwiceIsOne() {
    let reading = read([(0, on(60)), (0, on(60, 70, channel: 1)), (500, off(60)), (500, off(60))])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60)])
    #expect(reading.repairs.duplicates == 1)
  }

  @Test func orphanReleasesAreCountedAndIgnored() {
    let reading = read([(0, off(60)), (10, on(60)), (20, off(60)), (30, off(60)), (40, off(61))])
    #expect(reading.notes.map(Struck.init) == [Struck(10, 20, 60)])
    #expect(reading.repairs.orphanNoteOffs == 3)
  }

  @Test func stuckNotesEndWithTheLastEvent() {
    let reading = read([(0, on(60)), (500, on(64)), (1000, off(64))])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 1000, 60), Struck(500, 1000, 64)])
    #expect(reading.repairs.stuckNotes == 1)
    #expect(reading.remarks == ["1 note never let go, ended with the last event"])
  }

  @Test func notesOfNoLengthAreKept() {
    let reading = read([(0, on(60)), (0, off(60)), (500, on(62)), (1000, off(62))])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 0, 60), Struck(500, 1000, 62)])
    #expect(reading.repairs.zeroLengths == 1)
  }

  @Test(arguments: [120, 123, 124, 125, 126, 127] as [UInt8])
  func allNotesOffEndsTheNotesOfItsChannel(number: UInt8) {
    let notes = struck([
      (0, on(60)), (0, on(64)), (0, on(67, channel: 1)),
      (500, .control(controller: number, value: 0)), (900, off(67, channel: 1)),
      (1000, on(60)), (1500, off(60)),
    ])
    #expect(
      notes == [
        Struck(0, 500, 60), Struck(0, 500, 64), Struck(0, 900, 67), Struck(1000, 1500, 60),
      ])
  }

  /// What versions before stored of the same messages can still be read.
  @Test func omniAndItsKinEndedNothingOnce() {
    let events = events([
      (0, on(60)), (500, .control(controller: 126, value: 1)), (900, off(60)),
      (1000, on(62)), (1100, .control(controller: 123, value: 0)), (1200, off(62)),
    ])
    #expect(
      NoteReading(asFirstStored: events).notes.map(Struck.init)
        == [Struck(0, 900, 60), Struck(1000, 1100, 62)])
    #expect(
      NoteReading(of: events).notes.map(Struck.init)
        == [Struck(0, 500, 60), Struck(1000, 1100, 62)])
  }

  // MARK: - Channels

  @Test func drumsAreLeftOutAndSaid() {
    let reading = read([(0, on(60)), (0, on(36, channel: 9)), (500, off(60)), (500, off(36))])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60)])
    #expect(reading.leftOut.map(\.channel) == [9])
    #expect(reading.leftOut.map(\.notes) == [1])
    #expect(reading.remarks == ["1 note of channel 10 (drums) left out"])
  }

  @Test func otherInstrumentsAreLeftOutBesideAPiano() {
    let reading = read([
      (0, .channel(status: 0xC1, data1: 32, data2: 0)), (0, on(60)), (0, on(36, channel: 1)),
      (400, off(36, channel: 1)), (450, on(38, channel: 1)), (500, off(60)),
    ])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60)])
    #expect(reading.remarks == ["2 notes of channel 2 (program 33) left out"])
    #expect(reading.repairs == read([]).repairs)
  }

  @Test func withoutAPianoEveryInstrumentIsTaken() {
    let reading = read([
      (0, .channel(status: 0xC0, data1: 19, data2: 0)), (0, on(60)), (500, off(60)),
    ])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60)])
    #expect(reading.leftOut.isEmpty)
  }

  @Test func pedalOfWhatIsLeftOutDoesNothing() {
    let notes = sounding([
      (0, pedal(127, channel: 9)), (0, on(60)), (500, off(60)), (1000, pedal(0, channel: 9)),
    ])
    #expect(notes == [Struck(0, 500, 60)])
  }

  // MARK: - Pedal

  @Test func thePedalIsDownFrom64() {
    let reading = read([
      (0, on(60)), (100, pedal(20)), (200, pedal(63)), (300, pedal(64)), (400, pedal(100)),
      (500, off(60)), (1000, pedal(63)), (1100, pedal(0)),
    ])
    #expect(reading.soundingNotes.map(Struck.init) == [Struck(0, 1000, 60)])
    #expect(reading.notes.map(Struck.init) == [Struck(0, 500, 60)])
    #expect(reading.pedal.map(\.nanoseconds) == [300_000_000, 1_000_000_000])
    #expect(reading.pedal.map(\.isDown) == [true, false])
    #expect(reading.pedalSpans == [300_000_000..<1_000_000_000])
    #expect(reading.pedalNanoseconds == 700_000_000)
  }

  @Test func aHeldNoteEndsWhenItsKeyIsStruckAgain() {
    let notes = sounding([
      (0, pedal(127)), (0, on(60)), (100, off(60)), (500, on(60)), (600, off(60)),
      (1000, pedal(0)),
    ])
    #expect(notes == [Struck(0, 500, 60), Struck(500, 1000, 60)])
  }

  @Test func aKeyHeldPastThePedalEndsWhenItIsLetGo() {
    let notes = sounding([(0, pedal(127)), (0, on(60)), (1000, pedal(0)), (1500, off(60))])
    #expect(notes == [Struck(0, 1500, 60)])
  }

  /// note-seq puts the pedal before the keys at one time.
  @Test func aPedalAtTheVeryMomentOfTheRelease() {
    let down = sounding([(0, on(60)), (500, off(60)), (500, pedal(127)), (1000, pedal(0))])
    #expect(down == [Struck(0, 1000, 60)])
    let up = sounding([(0, pedal(127)), (0, on(60)), (500, off(60)), (500, pedal(0))])
    #expect(up == [Struck(0, 500, 60)])
  }

  @Test func aPedalThatIsNeverReleasedHoldsToTheLastEvent() {
    let notes = sounding([
      (0, on(60)), (0, pedal(127)), (500, off(60)), (500, on(62)), (1000, off(62)),
    ])
    #expect(notes == [Struck(0, 1000, 60), Struck(500, 1000, 62)])
    // The pedal's own last message counts, even if it says nothing new.
    let longer = sounding([(0, on(60)), (0, pedal(127)), (500, off(60)), (900, pedal(126))])
    #expect(longer == [Struck(0, 900, 60)])
  }

  /// note-seq puts down before up, whatever their order in the file: here the pedal stays up.
  @Test func aPedalThatComesUpAndGoesDownAtOneTime() {
    let notes = sounding([
      (0, pedal(127)), (0, on(60)), (100, off(60)), (500, pedal(0)), (500, pedal(127)),
      (600, on(62)), (700, off(62)), (900, pedal(100)), (1000, pedal(0)),
    ])
    #expect(notes == [Struck(0, 500, 60), Struck(600, 700, 62)])
  }

  @Test func onePedalForAllChannels() {
    let notes = sounding([
      (0, pedal(127)), (0, on(60)), (0, on(72, channel: 1)), (500, off(60)),
      (500, off(72, channel: 1)), (1000, pedal(0)),
    ])
    #expect(notes == [Struck(0, 1000, 60), Struck(0, 1000, 72)])
  }

  @Test func thePedalIsDownWhileAnyChannelHoldsIt() {
    let reading = read([
      (0, pedal(127, channel: 1)), (0, pedal(127, channel: 2)), (0, on(60)), (100, off(60)),
      (500, pedal(0, channel: 1)), (800, pedal(0, channel: 2)),
    ])
    #expect(reading.soundingNotes.map(Struck.init) == [Struck(0, 800, 60)])
    #expect(reading.pedal.map(\.isDown) == [true, false])
  }

  /// A player piano's channel 3 says where the pedal's rod stands; a second keyboard's pedal idles.
  @Test(arguments: [0, 2, 63] as [UInt8])
  func aPedalThatIdlesOnAnotherChannelLiftsNothing(value: UInt8) {
    let reading = read([
      (0, pedal(127)), (0, on(60)), (100, off(60)), (200, pedal(value, channel: 2)),
      (300, pedal(value, channel: 15)), (300, .control(channel: 2, controller: 121, value: 0)),
      (900, pedal(0)),
    ])
    #expect(reading.soundingNotes.map(Struck.init) == [Struck(0, 900, 60)])
    #expect(reading.pedalNanoseconds == 900_000_000)
  }

  /// A Disklavier's rod, on a channel without notes, moves later than the pedal that it shows, and where
  /// the pedal is changed quickly not all the way.
  @Test func aRodDoesNotHoldWhatItsPedalLetsGo() {
    let pedals: [(Double, MIDIMessage)] = [
      (0, pedal(127)), (0, on(60)), (50, pedal(30, channel: 2)), (100, off(60)),
      (110, pedal(127, channel: 2)), (900, pedal(0)), (920, pedal(90, channel: 2)),
      (940, pedal(127)), (960, pedal(127, channel: 2)), (1900, pedal(0)),
      (1950, pedal(0, channel: 2)),
    ]
    #expect(sounding(pedals) == [Struck(0, 900, 60)])
    // Where no other channel tells of the pedal, the rod does; and what is on and off is no rod.
    let rod = sounding([
      (0, pedal(0)), (0, on(60)), (50, pedal(70, channel: 2)), (100, off(60)),
      (900, pedal(20, channel: 2)),
    ])
    #expect(rod == [Struck(0, 900, 60)])
    let other = sounding([
      (0, pedal(127)), (0, on(60)), (50, pedal(127, channel: 2)), (100, off(60)), (500, pedal(0)),
      (900, pedal(0, channel: 2)),
    ])
    #expect(other == [Struck(0, 900, 60)])
  }

  /// One channel lets go at the moment at which another takes over.
  @Test func aPedalThatIsHandedOverStaysDown() {
    let reading = read([
      (0, pedal(127)), (0, on(60)), (100, off(60)), (400, pedal(0)), (400, pedal(127, channel: 2)),
      (900, pedal(0, channel: 2)),
    ])
    #expect(reading.pedal.map(\.nanoseconds) == [0, 900_000_000])
  }

  @Test func resetAllControllersLetsThePedalUp() {
    let notes = sounding([
      (0, pedal(127)), (0, on(60)), (100, off(60)), (400, .control(controller: 121, value: 0)),
      (900, pedal(0)),
    ])
    #expect(notes == [Struck(0, 400, 60)])
  }
}
