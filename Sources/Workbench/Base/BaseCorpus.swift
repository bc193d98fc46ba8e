import Foundation
import MIDI
import Performance
import Work

/// Many people's playing, to train a base on.
enum BaseCorpus {
  /// The sounding notes of every take of every file that can be read, and the files' names.
  ///
  /// - Throws: ``WorkbenchError/noMusic(path:cause:)`` when there are none.
  static func read(_ paths: [String]) throws -> (names: [String], performances: [[Note]]) {
    let files = try MusicFiles.find(at: paths)
    let read = parallelMap(count: files.count) { index in
      MusicFile(at: files[index]).performances.map(\.soundingNotes).filter { $0.count > 1 }
    }
    let performances = read.flatMap(\.self)
    guard !performances.isEmpty else {
      throw WorkbenchError.noMusic(
        path: paths.joined(separator: " "), cause: "there is no MIDI file with notes in it")
    }
    let names = zip(files, read).flatMap { file, takes in
      takes.map { _ in file.lastPathComponent }
    }
    return (names, performances)
  }
}
