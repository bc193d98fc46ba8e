import Disk
import Foundation
import Performance

/// A MIDI file as token numbers.
public struct TokenListing: Encodable, Sendable {
  /// The tokens of each take of the file.
  public var takes: [[UInt16]]

  /// Reads a MIDI file.
  ///
  /// - Throws: ``WorkbenchError/noMusic(path:cause:)``.
  public init(ofFileAt path: String) throws {
    guard let file = try MusicFiles.find(at: [path]).first else {
      throw WorkbenchError.noMusic(path: path, cause: "it holds no MIDI file")
    }
    let music = MusicFile(at: file)
    if let reason = music.reason {
      throw WorkbenchError.noMusic(path: file.plainPath, cause: reason)
    }
    takes = music.performances.map { Encoding.tokens(of: $0.soundingNotes) }
  }
}
