import Capture
import Disk
public import Foundation
import Library
import MIDI
import Rounds

extension Project {
  /// Checks a project for faults and, if asked to, mends those that can be mended without guessing.
  ///
  /// - Parameters:
  ///   - folder: The project's folder: ``folder(named:from:)``.
  ///   - fix: Whether to mend; a backup is made first, in the project's folder `backups`.
  /// - Throws: ``WorkbenchError``, `DiskError`, and what making the backup throws, in which case nothing was
  ///   mended. Faults of the project are not thrown; they are in the report.
  public static func examine(_ folder: URL, fix: Bool = false) throws -> DoctorReport {
    let start = ContinuousClock.now
    var report = try examined(folder, fix: fix)
    report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    return report
  }

  private static func examined(_ folder: URL, fix: Bool) throws -> DoctorReport {
    var report = DoctorReport(
      project: folder.lastPathComponent, folder: folder.plainPath, takes: 0, events: 0, models: 0,
      findings: [], remarks: [], wallSeconds: 0)
    let project: Project
    do {
      project = try Project(folder: folder)
    } catch let error as WorkbenchError {
      report.findings = [.init(area: .settings, text: "\(error)")]
      return report
    } catch let error as LibraryError {
      let advice = error.isHelpedByABackup ? "; restore the project from a backup" : ""
      report.findings = [.init(area: .library, text: "\(error)\(advice)")]
      return report
    }
    report.project = project.settings.name
    if let totals = try? project.library.totals() {
      (report.takes, report.events) = (totals.takes, totals.events)
    }
    report.models = project.knownModelFiles

    let (isRecording, recording) = project.look(for: .recording)
    let (isTuning, tuning) = project.look(for: .tuning)
    defer { withExtendedLifetime((recording, tuning)) {} }
    if isRecording {
      report.remarks.append("a recording is under way: its take is looked at when it is finished")
    }
    if isTuning {
      report.remarks.append("a tuning is under way: weights without a round are not looked for")
    }
    for leak in (try? project.library.heldOutLeaks(TakeMusic(project.library))) ?? [] {
      report.remarks.append(
        "round \(leak.round) learned from take \(leak.take), which is the same music as take "
          + "\(leak.aside) that judged it: its held-out numbers say too much")
      report.isHeldOutLeaking = true
    }
    let newer = ((try? project.library.rounds()) ?? []).filter {
      Version.isNewer($0.programVersion)
    }
    if let latest = newer.last {
      report.remarks.append(
        "a newer woodshed, \(latest.programVersion), trained round \(latest.number); this is "
          + "\(Version.text), which may not know all that is in the project")
    }
    report.remarks += project.modelsOfTheMusicians().map {
      "\(project.path(of: $0)) is no model of the project's: it is left as it is"
    }
    func findings() throws -> [Finding] {
      try project.libraryAndModelFindings()
        + (isRecording ? [] : project.brokenOffTakes())
        + project.strayFiles(isTuning: isTuning) + project.accessFindings()
    }
    let before = try findings()
    report.findings = before.map(\.report)
    guard fix, before.contains(where: { $0.remedy != nil }) else { return report }

    let backups = folder.appending(path: "backups", directoryHint: .isDirectory)
    try backups.makeFolder()
    report.backup = try project.backUp(to: backups.plainPath + "/").path
    for finding in before {
      guard let remedy = finding.remedy else { continue }
      do {
        try project.apply(remedy)
      } catch {
        let cause = error is CocoaError ? DiskError.cause(of: error) : "\(error)"
        report.remarks.append("not mended: \(finding.text): \(cause)")
      }
    }
    // Only what a second check no longer finds counts as mended.
    let after = Set(try findings().map(\.report))
    for index in report.findings.indices {
      report.findings[index].isMended =
        before[index].remedy != nil && !after.contains(report.findings[index])
    }
    report.findings += after.subtracting(before.map(\.report)).sorted { $0.text < $1.text }
    return report
  }

  /// Whether some process is doing such work; none can begin it while the returned lock is kept.
  private func look(for work: ProjectLock.Work) -> (isUnderWay: Bool, lock: ProjectLock?) {
    do {
      return (false, try ProjectLock(of: self, for: work))
    } catch WorkbenchError.atWork {
      return (true, nil)
    } catch {
      // The folder cannot be written to, so no process can be working in it.
      return (false, nil)
    }
  }

  /// Takes whose recording was cut short by a crash or a power cut.
  private func brokenOffTakes() -> [Finding] {
    ((try? library.unfinishedTakes()) ?? []).map {
      Finding(
        .library, "take \($0.number) broke off while it was recorded", .finishTake($0.number))
    }
  }

  private func apply(_ remedy: Finding.Mending) throws {
    let files = FileManager.default
    switch remedy {
    case .makeIndexes: try library.makeIndexesAgain()
    case .makeRules: try library.makeRulesAgain()
    case .readNotes(let take):
      let events = try library.events(of: take)
      // A library of an older version has the notes as that version derived them from the events.
      if try !library.mend(notes: NoteReading(of: events).notes, of: take) {
        _ = try library.mend(notes: NoteReading(asFirstStored: events).notes, of: take)
      }
    case .finishTake: _ = try library.finishBrokenTakes()
    case .forgetWeights(let round): try library.forgetWeights(ofRound: round)
    case .copyFromTemplate(let from, let to):
      try Draft.write(Data(contentsOf: from), to: to)
    case .setAside(let file):
      let aside = folder.appending(path: "set-aside", directoryHint: .isDirectory)
      try aside.makeFolder()
      let name = "\(Self.stamp(of: Date()))-\(file.lastPathComponent)"
      try files.moveItem(at: file, to: aside.appending(path: name))
    case .remove(let file):
      // Another draft in its folder may have removed it meanwhile.
      if file.isAnything { try files.removeItem(at: file) }
    case .closeToOthers(let file):
      let mode = try files.attributesOfItem(atPath: file.plainPath)[.posixPermissions] as? Int
      guard let mode else { return }
      try files.setAttributes([.posixPermissions: mode & ~0o002], ofItemAtPath: file.plainPath)
    }
  }
}

extension LibraryError {
  /// Whether the library is lost, so that restoring a backup helps; not if it is only unreadable, locked by
  /// another process, or from a newer woodshed.
  fileprivate var isHelpedByABackup: Bool {
    switch self {
    case .missing, .empty, .notALibrary, .corrupt, .damaged, .badChunk, .diskFails, .database: true
    default: false
    }
  }
}
