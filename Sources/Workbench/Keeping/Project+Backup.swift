import Archive
import Disk
import Foundation
import Library
import Rounds
public import Work

/// The result of making a backup.
public struct BackupReport: Codable, Sendable {
  /// The project.
  public var project: String
  /// The path of the backup.
  public var path: String
  /// Its size in bytes.
  public var bytes: Int
  /// Takes in it.
  public var takes: Int
  /// Seconds of playing by a person in it.
  public var playedSeconds: Double
  /// Files of models in it.
  public var models: Int
  /// What was left out or is missing.
  public var remarks: [String]
  /// Seconds that it took.
  public var wallSeconds: Double
}

extension Setting {
  package static let backup = Setting("backup")
}

extension Project {
  /// Writes the whole project into one file: its settings, its library as it is at this moment, and its
  /// models. Works while a recording runs.
  ///
  /// The file is a plain tar that only its owner can read. It gets its name only once it is complete, on the
  /// disk, and read back; a failure or a stop before leaves nothing behind.
  ///
  /// It does not hold what can be made again: exports, the cache, and the state of an interrupted tuning.
  ///
  /// - Parameters:
  ///   - to: A file that is not there yet, or a folder, in which it is named after the project and the time.
  ///   - progress: Is told of progress; if it asks to stop, no backup is made.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `ArchiveError`, `DiskError`, `LibraryError`.
  public func backUp(to: String, progress: @escaping ProgressHandler = { _ in true }) throws
    -> BackupReport
  {
    let clock = ContinuousClock()
    let start = clock.now
    let now = Date()
    let file = try Self.backupFile(to, project: settings.name, at: now)
    guard !file.isAnything else { throw WorkbenchError.fileExists(path: file.plainPath) }
    try file.requireFolder()

    let draft = Draft(for: file)
    let snapshot = Draft(for: file)
    // The snapshot's file is removed in its `deinit`.
    defer { withExtendedLifetime(snapshot) {} }
    try snapshot.create()
    try library.copy(to: snapshot.url)
    var remarks: [String] = []
    let sources = try backupSources(library: snapshot.url, &remarks)
    let files = try sources.map { path, source in
      BackupManifest.File(
        path: path, bytes: source.bytes ?? 0, sha256: try Digest.sha256(ofFileAt: source))
    }
    let manifest = BackupManifest(
      project: settings.name, madeAt: now, program: Version.text, files: files)
    let total = 2 * manifest.bytes
    func go(on bytes: Int) throws {
      let goesOn = progress(
        WorkProgress(
          activity: "backing up", done: Double(bytes) / 1e6, total: Double(total) / 1e6,
          unit: "MB", seconds: (clock.now - start) / .seconds(1)))
      guard goesOn else { throw WorkbenchError.stopped(doing: "back up \(settings.name)") }
    }
    let folder = Self.plainName(settings.name)
    let writer = try TarWriter(creating: draft.url)
    let list = try manifest.encoded()
    try writer.add("\(folder)/\(BackupManifest.fileName)", list, modified: now)
    try writer.add(
      "\(folder)/\(BackupManifest.digestName)", BackupManifest.digestLine(of: list), modified: now)
    var written = 0
    for (file, source) in zip(files, sources.map(\.source)) {
      try writer.add("\(folder)/\(file.path)", size: file.bytes, modified: now) { write in
        try Self.forEachPiece(of: source) { piece in
          try write(piece)
          written += piece.count
          try go(on: written)
        }
      }
    }
    try writer.finish()
    try BackupArchive(draft.url).unpack(into: nil) { try go(on: manifest.bytes + $0) }
    guard !file.isAnything else { throw WorkbenchError.fileExists(path: file.plainPath) }
    try draft.keep()
    return BackupReport(
      project: settings.name, path: file.plainPath, bytes: file.bytes ?? 0,
      takes: try library.totals().takes,
      playedSeconds: Double(try library.totals(origin: .played).nanoseconds) / 1e9,
      models: files.count { $0.path.hasSuffix(".safetensors") }, remarks: remarks,
      wallSeconds: (clock.now - start) / .seconds(1))
  }

  /// The files of a backup and where each is read from. The settings come last, so that a folder into which
  /// only a part was unpacked is no project.
  private func backupSources(library: URL, _ remarks: inout [String]) throws
    -> [(path: String, source: URL)]
  {
    var sources = [(path: TakeLibrary.fileName, source: library)]
    for name in models.folder.fileNames
    where [".safetensors", ".grams"].contains(where: name.hasSuffix) {
      let path = "models/\(name)"
      if BackupManifest.isOfAProject(path) {
        sources.append((path, models.folder.appending(path: name)))
      } else {
        remarks.append("left out, because its name is none of woodshed's: \(path)")
      }
    }
    let named = try self.library.rounds().compactMap(\.weightsFile)
    for name in named where !models.folder.appending(path: name).isFile {
      remarks.append("missing in the project, and so in the backup: models/\(name)")
    }
    return sources + [
      (ProjectSettings.fileName, folder.appending(path: ProjectSettings.fileName))
    ]
  }

  /// The file to write a backup to.
  private static func backupFile(_ to: String, project: String, at date: Date) throws -> URL {
    let place = try URL(
      target: to, of: .backup, mustBe: "a file that is not there yet, or a folder")
    guard place.isFolder || to.hasSuffix("/") else { return place }
    return place.appending(path: "\(plainName(project))-\(stamp(of: date)).tar")
  }

  /// A project's name for use in a file's name; "project" if it is not suitable.
  private static func plainName(_ name: String) -> String {
    (try? checkName(name)) != nil && name.utf8.count <= 60 ? name : "project"
  }

  private static func forEachPiece(of file: URL, _ body: ([UInt8]) throws -> Void) throws {
    do {
      let handle = try FileHandle(forReadingFrom: file)
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        try body([UInt8](piece))
      }
    } catch let error as CocoaError {
      throw ArchiveError.unreadable(path: file.plainPath, cause: DiskError.cause(of: error))
    }
  }

  /// "2026-11-25-043012".
  static func stamp(of date: Date) -> String {
    date.formatted(
      Date.VerbatimFormatStyle(
        format: """
          \(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits)-\
          \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\
          \(second: .twoDigits)
          """, timeZone: .current, calendar: Calendar(identifier: .gregorian)))
  }
}
