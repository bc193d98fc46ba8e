import Disk
import Foundation
import MIDI
import Performance
public import Work

extension Home {
  /// Stores the figures of notes (`NoteGrams`) of a corpus in a template, so that a comparison can tell what
  /// a model copied from the music that its base was trained on.
  ///
  /// - Parameters:
  ///   - paths: The MIDI files and folders that the base was trained on.
  ///   - name: The template's name.
  /// - Throws: ``WorkbenchError``, `DiskError`; the template is as it was then.
  public func noteGrams(
    of paths: [String], inTemplate name: String, progress: @escaping ProgressHandler
  ) throws -> GramsReport {
    let template = try template(named: name)
    let clock = ContinuousClock()
    let start = clock.now
    let files = try MusicFiles.find(at: paths)
    var set = GramSet([UInt64]())
    var notes = 0
    var read = 0
    var reason: String?
    // In batches: the notes of a whole corpus may not fit into memory.
    for first in stride(from: 0, to: files.count, by: 64) {
      let batch = Array(files[first..<min(first + 64, files.count)])
      let parts = parallelMap(count: batch.count) {
        index -> (set: GramSet, notes: Int, reason: String?) in
        let file = MusicFile(at: batch[index])
        let takes = file.performances.map(\.soundingNotes)
        return (
          GramSet(takes.flatMap { NoteGrams.grams(of: $0) }), takes.reduce(0) { $0 + $1.count },
          file.reason
        )
      }
      set = GramSet(union: [set] + parts.map(\.set))
      notes += parts.reduce(0) { $0 + $1.notes }
      read += parts.count { $0.notes > 0 }
      reason = reason ?? parts.compactMap(\.reason).first
      let goesOn = progress(
        WorkProgress(
          activity: "reading", done: Double(first + batch.count), total: Double(files.count),
          unit: "files", seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { throw WorkbenchError.stopped(doing: "note the figures of a corpus") }
    }
    guard set.count > 0 else {
      throw WorkbenchError.noMusic(
        path: paths.joined(separator: " "), cause: reason ?? BaseCorpus.noNotes)
    }
    let bytes = set.bytes
    try Draft.write(Data(bytes), to: template.grams)
    return GramsReport(
      file: template.grams.plainPath, files: read, notes: notes, grams: set.count,
      bytes: bytes.count, falsePositiveRate: set.falsePositiveRate)
  }
}

/// The result of storing the figures of a corpus.
public struct GramsReport: Codable, Sendable {
  /// The path of the file of figures.
  public var file: String
  /// The number of files of the corpus that have notes.
  public var files: Int
  /// The number of their notes.
  public var notes: Int
  /// The number of different figures that are stored: one in four of all.
  public var grams: Int
  /// The size of the file of figures.
  public var bytes: Int
  /// The chance that a figure that is not in the corpus is found in it.
  public var falsePositiveRate: Double
}
