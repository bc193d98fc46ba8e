import Disk
import Dispatch
import Foundation
import Library
import MIDI
import Performance
import Synchronization
public import Work

extension Project {
  /// The number of files that are read in parallel and then written in one transaction.
  private static let filesAtOnce = 64

  /// Imports MIDI files, each as a session: as played takes, unless a file says that a model made it. A long
  /// silence divides takes as in a recording. Music that the library already has is left out, even if another
  /// program has saved it again.
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
    var own = OwnMusic(library)
    var lengths = (pedalled: 0.0, whole: 0.0)
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
      let added = try add(ready, heldOut: heldOut, besides: &own, to: &report)
      lengths = (lengths.pedalled + added.pedalled, lengths.whole + added.whole)
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
    // By the measure of all that is said of amounts: without long silences, whatever the pedal does there.
    let playing = try library.playing()
    let added = report.files.flatMap(\.takes).reduce(0) { $0 + (playing[$1] ?? 0) }
    report.seconds = Double(added) / 1e9
    report.pedalShare = lengths.whole > 0 ? min(1, lengths.pedalled / lengths.whole) : 0
    report.secondsInAll = try Double(library.totals(origin: .played).nanoseconds) / 1e9
    report.isFirst = try report.added > report.generated && !heldOut && hasHeardNoModel()
    report.wallSeconds = (clock.now - start) / .seconds(1)
    return report
  }

  /// Writes read files in one transaction; gives back the seconds with the pedal down, and all seconds of
  /// the takes from their beginning to their end, as `show` counts them.
  private func add(
    _ read: [ReadFile], heldOut: Bool, besides own: inout OwnMusic, to report: inout ImportReport
  ) throws -> (pedalled: Double, whole: Double) {
    var lengths = (pedalled: 0.0, whole: 0.0)
    var sessions: [(NewSession, [NewTake])] = []
    var performances: [[MusicFile.Performance]] = []
    try own.prepare(
      for: read.flatMap { file in
        (file.music.performances + file.parts.flatMap(\.self)).map(\.reading.notes.count)
      })
    var indices: [Int] = []
    var digests: Set<String> = []
    for file in read {
      var entry = ImportReport.File(path: file.music.url.plainPath)
      entry.reason = file.music.reason
      entry.remarks = file.music.remarks
      if let digest = file.digest, entry.reason == nil {
        if let known = try library.take(withSourceDigest: digest) {
          entry.sameAs = known
        } else if let deleted = try library.deletedTake(withSourceDigest: digest) {
          entry.reason =
            "you deleted it, as take \(deleted.number); a copy that can be brought in is \(deleted.copy)"
        } else if !digests.insert(digest).inserted {
          entry.reason = "the same bytes stand in another file of this import"
        } else {
          // A take that is here whole does not come back in parts.
          let found = zip(file.music.performances, file.parts).flatMap { whole, parts in
            parts.count > 1 && own.twin(of: whole) != nil ? [whole] : parts
          }
          if found.count > file.music.performances.count {
            entry.remarks.append(
              "cut into \(found.count) takes where nothing is played for long")
          }
          let new = own.new(among: found, telling: &entry)
          let takes = new.map { place in
            file.take(found[place], track: found.count > 1 ? place : nil)
          }
          guard !takes.isEmpty else {
            if entry.sameAs != nil { report.alreadyThere += 1 }
            report.files.append(entry)
            continue
          }
          indices.append(report.files.count)
          performances.append(new.map { found[$0] })
          sessions.append(
            (
              NewSession(
                kind: .importing, name: file.music.url.lastPathComponent, startedAt: file.date,
                heldOut: heldOut && takes.contains { $0.origin == .played }), takes
            ))
        }
      }
      if entry.sameAs != nil { report.alreadyThere += 1 }
      report.files.append(entry)
    }
    // An import beside this one may have been faster.
    var known: Set<Int64> = []
    let stored = try library.add(sessions) { known.insert($0) }
    for (numbers, performances) in zip(stored, performances) {
      for (number, performance) in zip(numbers, performances) { own.learn(number, of: performance) }
    }
    for (index, (numbers, session)) in zip(indices, zip(stored, sessions)) {
      report.files[index].takes = numbers.filter { !known.contains($0) }
      if report.files[index].takes.isEmpty {
        report.files[index].sameAs = numbers.first
        report.alreadyThere += 1
      }
      for (number, take) in zip(numbers, session.1) where !known.contains(number) {
        report.added += 1
        if take.origin != .played { report.generated += 1 }
        report.notes += take.noteCount
        report.events += take.eventCount
        lengths.pedalled += Double(take.pedalNanoseconds) / 1e9
        lengths.whole += Double(take.nanoseconds) / 1e9
      }
    }
    return lengths
  }

  /// Whether no model has generated or been trained in this project yet.
  private func hasHeardNoModel() throws -> Bool {
    try library.totals(origin: .generated).takes == 0 && library.rounds().isEmpty
  }

  /// Adds played takes that come from no file, as one session.
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

/// A file read for import: its music, digest and date.
private struct ReadFile: Sendable {
  let music: MusicFile
  var date = Date()
  var digest: String?
  /// The performances of the file, divided at long silences.
  var parts: [[MusicFile.Performance]] = []

  init(file: URL) {
    do {
      let bytes = try MusicFile.musicBytes(of: file)
      let digest = Digest.sha256(of: bytes)
      self.digest = digest
      let written = try? file.resourceValues(forKeys: [.contentModificationDateKey])
      date = written?.contentModificationDate ?? date
      music = MusicFile(bytes, of: file)
      // What a model made is one take, however long it was silent.
      parts = music.performances.map {
        TakeMark(in: $0.texts) == nil ? $0.stretches : [$0.fromItsBeginning]
      }
    } catch {
      music = MusicFile(at: file)
    }
  }

  /// A performance of the file, or a part of one, as a take.
  func take(_ performance: MusicFile.Performance, track: Int?) -> NewTake {
    let mark = TakeMark(in: performance.texts)
    return NewTake(
      origin: (mark?.origin ?? .played).stored, startedAt: date, events: performance.events,
      notes: performance.reading.notes, pedalNanoseconds: performance.reading.pedalNanoseconds,
      source: digest.map { .init(path: music.url.plainPath, digest: $0, track: track) },
      generation: mark?.importedGeneration)
  }
}
