import Disk
import Foundation
import Library
import MIDI
import Synth

extension BlindTest {
  /// The two files of a pair, in the order in which they are to be heard.
  public struct Files: Hashable, Sendable {
    /// The path of the first take's file.
    public var first: String
    /// The path of the second's.
    public var second: String
    /// Whether they are sound files; otherwise, without a SoundFont, they are MIDI files.
    public var areSound: Bool
  }

  /// Writes a pair into the project's exports as `pair-1-first.wav` and `pair-1-second.wav`, for when there
  /// is nothing to play it on. The files do not tell which model played.
  ///
  /// - Parameter request: The SoundFont and the settings of the sound.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `DiskError`, `SynthError`.
  public func files(of pair: Pair, sound request: SoundRequest) throws -> Files {
    do {
      return try files(of: pair, by: request.findSoundFont(), sound: request.sound())
    } catch SynthError.noSoundFont {
      return try files(of: pair, by: nil, sound: request.sound())
    }
  }

  /// Writes a pair as sound files, or as MIDI files if `soundFont` is `nil`.
  func files(of pair: Pair, by soundFont: SoundFont?, sound: Sound) throws -> Files {
    let folder = project.folder.appending(
      path: "exports/blind-\(pairs.first?.takeA ?? 0)", directoryHint: .isDirectory)
    try folder.makeFolder()
    let number = (pairs.firstIndex { $0.takeA == pair.takeA } ?? 0) + 1
    func write(_ take: TakeName, _ name: String) throws -> String {
      let events = try project.library.events(of: project.summary(of: take).number)
      let file = folder.appending(
        path: "pair-\(number)-\(name).\(soundFont == nil ? "mid" : "wav")")
      if let soundFont {
        try Rendering(events, soundFont: soundFont, sound: sound).write(
          to: file, as: .wav)
      } else {
        let bytes = StandardMIDIFile.bytes(
          of: events, name: "pair \(number), \(name)",
          text: TakeMark(origin: .generated, project: project.settings.name).text)
        try Draft.write(Data(bytes), to: file)
      }
      return file.plainPath
    }
    return Files(
      first: try write(pair.first, "first"), second: try write(pair.second, "second"),
      areSound: soundFont != nil)
  }
}
