import Plot
import Testing

@Suite struct PianoRollTests {
  /// A primer's note, two of the model's: pitch, velocity, from and to in seconds, own.
  static let roll = PianoRoll(
    title: "Take <7> & \"more\"",
    notes: [
      (60, 20, -2.0, -1.0, true), (64, 127, 0.0, 1.0, false), (72, 1, 5.0, 10.0, false),
    ].map { PianoRoll.Note(pitch: $0.0, velocity: $0.1, start: $0.2, end: $0.3, isOwn: $0.4) },
    pedal: [1.0...6.0], seconds: 10, primer: "take 3")

  @Test func aNoteIsWhereItIsPlayed() throws {
    let reading = try Reading(Self.roll.picture)
    let notes = reading.shapes("model").filter { $0["height"] == 4.5 }
    try #require(notes.count == 2)
    // Soft before hard; 740 pixels are 12 seconds.
    let fiveSeconds = 5 * 740 / 12.0
    let (right, down): (Double, Double) = (
      notes[0]["x"] - notes[1]["x"], notes[1]["y"] - notes[0]["y"]
    )
    #expect(abs(right - fiveSeconds) < 0.02)
    #expect(abs(notes[0]["width"] + 0.5 - fiveSeconds) < 0.02)
    // Eight keys of five pixels higher.
    #expect(abs(down - 40) < 0.02)
  }

  @Test func loudnessIsAColourAndWhoPlaysAnother() throws {
    let reading = try Reading(Self.roll.picture)
    let notes = reading.elements.filter { $0.name == "rect" && $0["height"] == 4.5 }
    #expect(notes.map { $0.attributes["class"] } == ["model0", "own1", "model7"])
  }

  @Test func pedalPrimerOctavesAndTimeAreMarked() throws {
    let reading = try Reading(Self.roll.picture)
    let pedal: [Double] = reading.shapes("pedal").map { $0["width"] }
    try #require(pedal.count == 1)
    #expect(abs(pedal[0] + 1 - 5 * 740 / 12.0) < 0.02)
    #expect(reading.shapes("shade").count == 1)
    for word in [
      "C4", "C5", "pedal", "0:00", "0:10", "time, min:s", "primer: take 3, soft to loud",
    ] {
      #expect(reading.words.contains(word), "\(reading.words)")
    }
  }

  @Test func wordsAreShownAsTheyAre() throws {
    let reading = try Reading(Self.roll.picture)
    #expect(reading.words.contains("Take <7> & \"more\""))
    #expect(
      reading.elements.first { $0.name == "desc" }?.words
        == "2 notes in 0:10, from key 64 to key 72; the pedal is down 50 % of the time; it goes on "
        + "from take 3.")
  }

  @Test func aLongTakeHasRowsAndAnEmptyOneIsDrawn() throws {
    var roll = Self.roll
    roll.seconds = 190
    #expect(try Reading(roll.picture).words.filter { $0 == "pedal" }.count == 4)
    roll.mostRows = 2
    let words = try Reading(roll.picture).words
    #expect(words.filter { $0 == "pedal" }.count == 2)
    #expect(words.contains("the first 1:58"))
    let empty = PianoRoll(title: "x", notes: [], seconds: 0).picture
    #expect(try Reading(empty).words.contains("C3"))
    #expect(empty.description == "No notes.")
  }

  @Test(arguments: [Picture.Scheme.light, .dark, .automatic])
  func aSchemeHasItsColours(scheme: Picture.Scheme) throws {
    let text = Self.roll.picture.file(scheme: scheme)
    #expect(text.contains("prefers-color-scheme: dark") == (scheme == .automatic))
    #expect(text.contains("fill: #ffffff") == (scheme != .dark))
    #expect(text.contains("fill: #16181c") == (scheme != .light))
  }
}
