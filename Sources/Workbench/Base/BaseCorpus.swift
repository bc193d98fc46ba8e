import Foundation
import MIDI
import Performance
import Work

/// Reads many people's playing from files, to train a base on.
enum BaseCorpus {
  /// Why there is no music, if all files can be read.
  static let noNotes = "there is no MIDI file with notes in it"

  /// The sounding notes of each take of two notes or more in the files that can be read, and for each take
  /// the name of its file.
  ///
  /// - Throws: ``WorkbenchError/noMusic(path:cause:)`` if there is no such take.
  static func read(_ paths: [String]) throws -> (names: [String], performances: [[Note]]) {
    let files = try MusicFiles.find(at: paths)
    let read = parallelMap(count: files.count) { index -> (takes: [[Note]], reason: String?) in
      let file = MusicFile(at: files[index])
      return (file.performances.map(\.soundingNotes).filter { $0.count > 1 }, file.reason)
    }
    let performances = read.flatMap(\.takes)
    guard !performances.isEmpty else {
      throw WorkbenchError.noMusic(
        path: paths.joined(separator: " "), cause: read.compactMap(\.reason).first ?? noNotes)
    }
    let names = zip(files, read.map(\.takes)).flatMap { file, takes in
      takes.map { _ in file.lastPathComponent }
    }
    return (names, performances)
  }
}
