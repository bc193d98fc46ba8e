import Disk
import Foundation
import Library
import MIDI
import Network
import Player
import Synth

extension Project {
  /// The number of sketches at each evaluation, and the length of each, in seconds.
  private static let sketch = (count: 2, seconds: 10.0)

  /// A function that lets a model play while it is trained: at each evaluation it writes two takes of ten
  /// seconds, with the same seeds each time, as MIDI and, if there is a SoundFont, as WAV.
  ///
  /// Errors in making a sketch are ignored, since training matters more.
  ///
  /// - Throws: `DiskError` if the sketches' folder cannot be made; `LibraryError`.
  func sketches(precision: ComputePrecision?) throws
    -> (_ weights: Weights, _ events: Int) -> Void
  {
    let folder = folder.appending(path: "exports/sketches", directoryHint: .isDirectory)
    try folder.makeFolder()
    let round = try library.nextRoundNumber()
    let soundFont = try? SoundFont.find()
    let mark = TakeMark(origin: .generated, project: settings.name)
    var look = 0
    return { weights, _ in
      look += 1
      var settings = TakeSettings()
      (settings.count, settings.seconds) = Self.sketch
      settings.precision = precision
      let played = try? TakeStreams(by: weights, settings, seed: 1).generate { _ in true }
      guard let played else { return }
      for (index, take) in played.enumerated() {
        let name = "round-\(round)-look-\(look < 10 ? "0" : "")\(look)-\(index + 1)"
        let events = MIDIEvent.events(of: take.notes)
        let file = folder.appending(path: name + ".mid")
        let bytes = StandardMIDIFile.bytes(of: events, name: name, text: mark.text)
        try? Draft.write(Data(bytes), to: file)
        if let soundFont, !events.isEmpty {
          _ = try? Rendering(events, soundFont: soundFont)
            .write(to: folder.appending(path: name + ".wav"), as: .wav)
        }
      }
    }
  }
}
