import Disk
import Dispatch
import Foundation
import Library
import MIDI
import Performance
import Synchronization
public import Work

extension Project {
  /// Files that are read side by side before they are written in one transaction.
  private static let filesAtOnce = 64

  /// Takes in MIDI files as played takes, each file as a session of its own; a silence that ends a take
  /// of a recording ends one here, too.
  ///
  /// The next files are read while the last ones are written. What was written before an error or
  /// a stop stays in the library.
  ///
  /// - Parameters:
  ///   - paths: MIDI files and folders of them.
  ///   - heldOut: Whether to set them aside for judging.
  ///   - progress: Takes note of progress, and says whether to go on.
  /// - Throws: `LibraryError`, and when a path is empty; a file that cannot be read is in the report
  ///   instead.
  public func importFiles(
    at paths: [String], heldOut: Bool = false, progress: @escaping ProgressHandler
  ) throws -> ImportReport {
    let clock = ContinuousClock()
    let start = clock.now
    let files = try MusicFiles.find(at: paths)
    var report = ImportReport()
    var pedalled = 0.0
    let batches = stride(from: 0, to: files.count, by: Self.filesAtOnce).map {
      Array(files[$0..<min($0 + Self.filesAtOnce, files.count)])
    }
    func read(_ batch: Int) -> [ReadFile] {
      guard batch < batches.count else { return [] }
      let files = batches[batch]
      return parallelMap(count: files.count) { ReadFile(file: files[$0]) }
    }

    var ready = read(0)
    for batch in batches.indices {
      let next = Mutex<[ReadFile]>([])
      let reading = DispatchGroup()
      if batch + 1 < batches.count {
        let files = batches[batch + 1]
        DispatchQueue.global().async(group: reading) {
          let read = parallelMap(count: files.count) { ReadFile(file: files[$0]) }
          next.withLock { $0 = read }
        }
      }
      defer { reading.wait() }
      pedalled += try add(ready, heldOut: heldOut, to: &report)
      let goesOn = progress(
        WorkProgress(
          activity: "importing", done: Double(report.files.count), total: Double(files.count),
          unit: "files", seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else {
        report.stopped = batch + 1 < batches.count
        break
      }
      reading.wait()
      ready = next.withLock { $0 }
    }
    report.pedalShare = report.seconds > 0 ? pedalled / report.seconds : 0
    report.secondsInAll = try Double(library.totals(origin: .played).nanoseconds) / 1e9
    report.wallSeconds = (clock.now - start) / .seconds(1)
    return report
  }

  /// Writes read files in one transaction; gives back the seconds with the pedal down.
  private func add(_ read: [ReadFile], heldOut: Bool, to report: inout ImportReport) throws
    -> Double
  {
    var pedalled = 0.0
    var sessions: [(NewSession, [NewTake])] = []
    var indices: [Int] = []
    var digests: Set<String> = []
    for file in read {
      var entry = ImportReport.File(path: file.music.url.plainPath)
      entry.reason = file.music.reason
      entry.remarks = file.remarks
      if let digest = file.digest, entry.reason == nil {
        if let known = try library.take(withSourceDigest: digest) {
          entry.sameAs = known
        } else if !digests.insert(digest).inserted {
          entry.reason = "the same bytes stand in another file of this import"
        } else {
          indices.append(report.files.count)
          sessions.append(
            (
              NewSession(
                kind: .importing, name: file.music.url.lastPathComponent, startedAt: file.date,
                heldOut: heldOut), file.takes
            ))
        }
      }
      if entry.sameAs != nil { report.alreadyThere += 1 }
      report.files.append(entry)
    }
    // An import beside this one may have been faster.
    var known: Set<Int64> = []
    let stored = try library.add(sessions) { known.insert($0) }
    for (index, (numbers, session)) in zip(indices, zip(stored, sessions)) {
      report.files[index].takes = numbers.filter { !known.contains($0) }
      if report.files[index].takes.isEmpty {
        report.files[index].sameAs = numbers.first
        report.alreadyThere += 1
      }
      for (number, take) in zip(numbers, session.1) where !known.contains(number) {
        report.added += 1
        report.notes += take.noteCount
        report.events += take.eventCount
        report.seconds += Double(take.nanoseconds) / 1e9
        pedalled += Double(take.pedalNanoseconds) / 1e9
      }
    }
    return pedalled
  }

  /// Adds takes that were played elsewhere than in a file, as one session.
  func addPlayed(takes: [[MIDIEvent]], session name: String) throws {
    let session = NewSession(kind: .recording, name: name, startedAt: Date(), heldOut: false)
    _ = try library.add(
      [
        (
          session,
          takes.map { events in
            let reading = NoteReading(of: events)
            return NewTake(
              origin: .played, startedAt: Date(), events: events, notes: reading.notes,
              pedalNanoseconds: reading.pedalNanoseconds)
          }
        )
      ])
  }
}

/// A file read for import: its music, and the digest and the date that it has.
private struct ReadFile: Sendable {
  let music: MusicFile
  var date = Date()
  var digest: String?
  var takes: [NewTake] = []
  var remarks: [String] = []

  init(file: URL) {
    do {
      let bytes = try MusicFile.musicBytes(of: file)
      let digest = Digest.sha256(of: bytes)
      self.digest = digest
      let written = try? file.resourceValues(forKeys: [.contentModificationDateKey])
      date = written?.contentModificationDate ?? date
      music = MusicFile(bytes, of: file)
      let pieces = music.performances.map { NoteReading.stretches(of: $0.events) }
      let isCut = pieces.contains { $0.count > 1 }
      for (take, pieces) in zip(music.performances, pieces) {
        for events in pieces {
          let reading = events == take.events ? take.reading : NoteReading(of: events)
          takes.append(
            NewTake(
              origin: .played, startedAt: date, events: events, notes: reading.notes,
              pedalNanoseconds: reading.pedalNanoseconds,
              source: .init(
                path: file.plainPath, digest: digest, track: isCut ? takes.count : take.track)))
        }
      }
      remarks = music.remarks
      if isCut { remarks.append("cut into \(takes.count) takes where nothing is played for long") }
    } catch {
      music = MusicFile(at: file)
    }
  }
}
