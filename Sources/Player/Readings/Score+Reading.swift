package import MIDI

extension Score {
  /// The score in a Standard MIDI File with its tempo map: all tracks together, without drums. Of a file of
  /// independent tracks, the first with notes.
  ///
  /// - Throws: ``ScoreError``.
  package init(of file: StandardMIDIFile) throws(ScoreError) {
    let takes = file.takes.map { Self.strokes(in: $0.events) }
    guard let strokes = takes.first(where: { !$0.strokes.isEmpty })?.strokes else {
      throw takes.contains(where: \.hasDrums) ? .onlyDrums : .empty
    }
    let start = strokes.map(\.start).min() ?? 0
    try self.init(
      strokes, spread: Self.notatedSpread, keepsTimes: false,
      beatsPerMinute: file.beatsPerMinute(atNanosecond: start))
  }

  /// The score of a take: its onsets as they are, those within 35 ms together.
  ///
  /// - Throws: ``ScoreError``.
  package init(ofTake notes: [MIDI.Note]) throws(ScoreError) {
    try self.init(
      notes.map { Stroke(pitch: $0.pitch, start: $0.start, end: $0.end) },
      spread: Self.playedSpread, keepsTimes: true, beatsPerMinute: nil)
  }

  /// A note as the music has it, in nanoseconds.
  private struct Stroke {
    var pitch: UInt8
    var start: Int64
    var end: Int64
  }

  /// The notes of messages in order of time, and whether there are drums among them.
  ///
  /// Several voices may hold a key; a note-off ends the note of its channel that began first.
  private static func strokes(in events: [MIDIEvent]) -> (strokes: [Stroke], hasDrums: Bool) {
    var strokes: [Stroke] = []
    var hasDrums = false
    /// The sounding notes of each channel and key, as indices.
    var open = [[Int]](repeating: [], count: 16 * 128)
    for event in events {
      guard case .channel(let status, let pitch, _) = event.message else { continue }
      let channel = Int(status & 0x0F)
      guard channel != 9 else {
        hasDrums = hasDrums || event.message.isNoteOn
        continue
      }
      let key = channel * 128 + Int(pitch)
      if event.message.isNoteOn {
        open[key].append(strokes.count)
        strokes.append(Stroke(pitch: pitch, start: event.nanoseconds, end: event.nanoseconds))
      } else if event.message.isNoteOff, !open[key].isEmpty {
        strokes[open[key].removeFirst()].end = event.nanoseconds
      }
    }
    let end = events.last?.nanoseconds ?? 0
    for index in open.joined() { strokes[index].end = end }
    return (strokes, hasDrums)
  }

  /// - Parameter spread: How far apart, in seconds, notes may be that are struck together.
  private init(
    _ strokes: [Stroke], spread: Double, keepsTimes: Bool, beatsPerMinute: Double?
  ) throws(ScoreError) {
    let strokes = strokes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    guard let start = strokes.first?.start else { throw .empty }
    var chords: [Chord] = []
    /// Of each chord how many notes were written, unisons and all.
    var written: [Int] = []
    for stroke in strokes {
      let onset = Double(stroke.start - start) / 1e9
      let seconds = max(0.01, Double(stroke.end - stroke.start) / 1e9)
      guard seconds <= Self.longestNote else {
        throw .longNote(pitch: stroke.pitch, seconds: seconds, onset: onset)
      }
      if let last = chords.last, onset - last.onset <= spread {
        let chord = chords.count - 1
        written[chord] += 1
        if let unison = last.notes.firstIndex(where: { $0.pitch == stroke.pitch }) {
          let before = last.notes[unison].seconds
          chords[chord].notes[unison].seconds = max(before, seconds)
          continue
        }
        chords[chord].notes.append(Note(pitch: stroke.pitch, seconds: seconds))
      } else {
        chords.append(
          Chord(onset: onset, notes: [Note(pitch: stroke.pitch, seconds: seconds)]))
        written.append(1)
      }
    }
    for (index, chord) in chords.enumerated()
    where chord.notes.count > Self.mostNotesAtOnce || written[index] > Self.mostVoicesAtOnce {
      throw .crowd(notes: written[index], seconds: chord.onset + Double(start) / 1e9)
    }
    for index in chords.indices { chords[index].notes.sort { $0.pitch < $1.pitch } }
    self.chords = chords
    self.keepsTimes = keepsTimes
    self.beatsPerMinute = beatsPerMinute
    guard seconds <= Self.longestSeconds else { throw .tooLong(seconds: seconds) }
  }
}
