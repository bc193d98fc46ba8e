import Disk
import Foundation
import MIDI
import Performance
public import Work

extension Home {
  /// Notes the figures of a corpus in a template, so that a comparison can tell what a model copied
  /// from the music that its base learned from.
  ///
  /// - Parameters:
  ///   - paths: The MIDI files and folders that the base was trained on.
  ///   - name: The template's.
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
    // Not all files at once: the notes of a whole corpus do not fit everywhere.
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

/// What was noted of a corpus.
public struct GramsReport: Codable, Sendable {
  /// The file.
  public var file: String
  /// Files of the corpus that gave notes.
  public var files: Int
  /// Their notes.
  public var notes: Int
  /// Different figures that are kept: one in four of those that there are.
  public var grams: Int
  /// The size of the file.
  public var bytes: Int
  /// The chance that a figure which is not in the corpus seems to be there.
  public var falsePositiveRate: Double
}
