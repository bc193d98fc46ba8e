import Disk
import Foundation
import Performance

/// A MIDI file as token numbers.
public struct TokenListing: Encodable, Sendable {
  /// The tokens of each take of the file.
  public var takes: [[UInt16]]

  /// Reads a MIDI file.
  ///
  /// - Throws: ``WorkbenchError/noMusic(path:cause:)``, also for a folder.
  public init(ofFileAt path: String) throws {
    let file = try URL(musicFile: path, for: "read a file")
    let music = MusicFile(at: file)
    if let reason = music.reason {
      throw WorkbenchError.noMusic(path: file.plainPath, cause: reason)
    }
    takes = music.performances.map { Encoding.tokens(of: $0.soundingNotes) }
  }
}
