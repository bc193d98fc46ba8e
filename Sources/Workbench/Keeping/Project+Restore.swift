import Archive
import Disk
public import Foundation
import Library
public import Work

/// The result of restoring a project from a backup.
public struct RestoreReport: Codable, Sendable {
  /// The project's name.
  public var project: String
  /// Its folder.
  public var folder: String
  /// When the backup was made.
  public var madeAt: Date
  /// Takes in its library.
  public var takes: Int
  /// Seconds of playing by a person.
  public var playedSeconds: Double
  /// The project's faults, which it had when the backup was made.
  public var findings: [String]
  /// What a person can do about a finding, by its text.
  package var advice: [String: Remedy] = [:]

  private enum CodingKeys: CodingKey {
    case project, folder, madeAt, takes, playedSeconds, findings
  }
}

extension Project {
  /// Restores a project from a backup.
  ///
  /// The backup is unpacked beside the project's place, each file is checked against its digest, and the
  /// library is opened and checked; only then does the folder get its name. A failure before leaves nothing
  /// behind, and nothing is ever overwritten.
  ///
  /// - Parameters:
  ///   - backup: A file written by ``backUp(to:progress:)``.
  ///   - to: A plain name, which makes `Projects/NAME` in `home`; or a path, used as it is; `nil` for the
  ///     project's own name.
  ///   - home: The workbench.
  ///   - progress: Is told of progress; if it asks to stop, no project is made.
  /// - Throws: ``WorkbenchError``, `ArchiveError`, `DiskError`, `LibraryError`.
  public static func restore(
    from backup: String, to: String?, in home: Home,
    progress: @escaping ProgressHandler = { _ in true }
  ) throws -> RestoreReport {
    let clock = ContinuousClock()
    let start = clock.now
    let file = try URL(place: backup, for: "restore a project")
    let archive = try BackupArchive(file)
    let name = to ?? archive.manifest.project
    let folder: URL
    if to != nil, name.contains("/") {
      folder = URL(named: name, directoryHint: .isDirectory).standardizedFileURL
    } else {
      do {
        try checkName(name)
      } catch  where to == nil {
        // The name is from the backup, not typed by a person.
        throw WorkbenchError.badBackup(
          path: file.plainPath,
          cause: "its project's name '\(name)' would not do as a folder's; give it another")
      }
      folder = home.projects.appending(path: name, directoryHint: .isDirectory)
      try home.makeProjects()
    }
    guard !folder.isAnything else { throw WorkbenchError.projectExists(path: folder.plainPath) }
    try folder.requireFolder()
    try requireRoom(for: archive.manifest.bytes, in: folder.deletingLastPathComponent())

    let draft = try DraftFolder(for: folder)
    try draft.url.appending(path: "models").makeFolder()
    try archive.unpack(into: draft.url) { bytes in
      let goesOn = progress(
        WorkProgress(
          activity: "restoring", done: Double(bytes) / 1e6,
          total: Double(archive.manifest.bytes) / 1e6, unit: "MB",
          seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { throw WorkbenchError.stopped(doing: "restore \(name)") }
    }
    if to != nil {
      try rename(draft.url.appending(path: ProjectSettings.fileName), folder.lastPathComponent)
    }
    var report: RestoreReport
    do {
      let project = try Project(folder: draft.url)
      let findings = try project.libraryAndModelFindings()
      report = RestoreReport(
        project: project.settings.name, folder: folder.plainPath,
        madeAt: archive.manifest.madeAt, takes: try project.library.totals().takes,
        playedSeconds: Double(try project.library.totals(origin: .played).nanoseconds) / 1e9,
        findings: findings.map(\.text),
        advice: Dictionary(
          findings.compactMap { finding in finding.advice.map { (finding.text, $0) } },
          uniquingKeysWith: { first, _ in first }))
      try project.library.close()
    } catch let error as LibraryError {
      throw WorkbenchError.badBackup(path: file.plainPath, cause: "\(error)")
    }
    try draft.keep()
    return report
  }

  /// Changes the project's name in its settings file and leaves the rest of the text as it is; if that is not
  /// possible, changes nothing.
  private static func rename(_ file: URL, _ name: String) throws {
    guard let before = try? ProjectSettings.read(from: file), before.name != name,
      let text = try? String(contentsOf: file, encoding: .utf8)
    else { return }
    var after = before
    after.name = name
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices where lines[index].prefixMatch(of: #/\s*"?name"?\s*=/#) != nil {
      var renamed = lines.map(String.init)
      renamed[index] = "name = \(name.quotedForTOML)"
      let text = renamed.joined(separator: "\n")
      // Written only if it reads back as the same settings with the new name.
      guard let read = try? ProjectSettings.read(text, path: file.plainPath), read == after else {
        continue
      }
      return try Draft.write(Data(text.utf8), to: file)
    }
  }

  /// - Throws: ``WorkbenchError/noRoom(path:needed:free:)``.
  private static func requireRoom(for bytes: Int, in folder: URL) throws {
    // 16 MB more, since opening the library needs some room.
    guard let free = folder.freeBytes, free < bytes + 16 << 20 else { return }
    throw WorkbenchError.noRoom(path: folder.plainPath, needed: bytes, free: free)
  }
}
