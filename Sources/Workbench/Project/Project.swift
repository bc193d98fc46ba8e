import Disk
public import Foundation
import Glibc
import Library
import Rounds

/// A project: a folder with its settings, its library and its models.
///
/// ```
/// blues/
///   project.toml      settings, edited by hand
///   library.sqlite    every session and take, every verdict and round
///   models/           base.safetensors, base.grams, round-1.safetensors, …
///   exports/          takes as MIDI and sound files, pictures and pages
///   cache/            what can be made again at any time
/// ```
public final class Project: Sendable {
  /// The folder itself.
  public let folder: URL

  /// The settings in `project.toml`.
  public let settings: ProjectSettings

  /// The project's takes.
  let library: TakeLibrary

  /// Opens the project in a folder.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``, `LibraryError`.
  public convenience init(folder: URL) throws { try self.init(folder: folder, isNew: false) }

  /// Opens the project in a folder; a new one has no library yet, which is then made.
  private init(folder: URL, isNew: Bool) throws {
    self.folder = folder
    settings = try ProjectSettings.read(
      from: folder.appending(path: ProjectSettings.fileName))
    library = try TakeLibrary.open(
      at: folder.appending(path: TakeLibrary.fileName), mustExist: !isNew)
  }

  /// A message that opening the project has updated its library; `nil` if it has not.
  public var newsOfUpdate: String? {
    library.copyBeforeUpdate.map {
      "the library is brought up to date; as it was, it is kept in \($0.plainPath)"
    }
  }

  /// The files of its models.
  var models: ModelFiles {
    ModelFiles(folder.appending(path: "models", directoryHint: .isDirectory))
  }
}

extension Project {
  /// Makes a project from a template and opens it.
  ///
  /// - Parameters:
  ///   - name: A plain name, which makes `Projects/NAME` in `home`; or a path, used as it is.
  ///   - template: The name of a template in `home`.
  ///   - home: The workbench.
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`; nothing is left behind then.
  public static func make(named name: String, from template: String, in home: Home) throws
    -> Project
  {
    let folder: URL
    let isPath = name.contains("/") || name == "."
    if isPath {
      folder = URL(named: name, directoryHint: .isDirectory).standardizedFileURL
    } else {
      try checkName(name)
      folder = home.projects.appending(path: name, directoryHint: .isDirectory)
    }
    let template = try home.template(named: template)
    if !isPath { try home.makeProjects() }
    return try make(in: folder, from: template)
  }

  /// Makes a project in a folder that does not exist yet, or is empty, and opens it.
  ///
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`; nothing is left behind then.
  static func make(in folder: URL, from template: Template) throws -> Project {
    let files = FileManager.default
    let settings = ProjectSettings(
      name: folder.lastPathComponent, template: template.settings.name, tune: TuneSettings())
    let present = try? files.contentsOfDirectory(atPath: folder.plainPath)
    guard present?.isEmpty ?? !files.fileExists(atPath: folder.plainPath) else {
      throw WorkbenchError.projectExists(path: folder.plainPath)
    }
    let weights = try template.checkedWeights()
    try Template.requirePlain(template.grams)
    // Made beside its place and moved there when it is complete, so that a kill leaves no half a project.
    try folder.requireFolder()
    guard folder.lastPathComponent.utf8.count <= longestName else {
      throw WorkbenchError.fileSystem(
        action: "make a project in", path: folder.plainPath,
        cause: "its name is longer than \(longestName) bytes")
    }
    let draft = folder.deletingLastPathComponent().appending(
      path: ".\(folder.lastPathComponent)-\(UUID().uuidString.prefix(8))",
      directoryHint: .isDirectory)
    defer { try? files.removeItem(at: draft) }
    do {
      let models = draft.appending(path: "models")
      try models.makeFolder()
      try Draft.write(Data(contentsOf: weights), to: models.appending(path: "base.safetensors"))
      if template.grams.isFile {
        try Draft.write(
          Data(contentsOf: template.grams), to: models.appending(path: "base.grams"))
      }
      try Draft.write(
        Data(settings.text.utf8), to: draft.appending(path: ProjectSettings.fileName))
      let project = try Project(folder: draft, isNew: true)
      try project.noteBase(template.settings.sha256)
      try project.library.close()
      if present == nil {
        try files.moveItem(at: draft, to: folder)
      } else {
        // The empty folder is kept, since it may be the shell's current one. The settings, which make it a
        // project, are moved last.
        let names = try files.contentsOfDirectory(atPath: draft.plainPath)
        for name in names.filter({ $0 != ProjectSettings.fileName }) + [ProjectSettings.fileName] {
          try files.moveItem(at: draft.appending(path: name), to: folder.appending(path: name))
        }
      }
    } catch let error as CocoaError {
      throw WorkbenchError.fileSystem(
        action: "make a project in", path: folder.plainPath, cause: DiskError.cause(of: error))
    }
    return try Project(folder: folder)
  }

  /// Opens the project that a command is about.
  ///
  /// - Parameters:
  ///   - name: A name in `Projects`, or a path. `nil` for the project that holds `start`, or else the only
  ///     project there is.
  ///   - start: The folder to begin in; the current one by default.
  /// - Throws: What ``folder(named:from:)`` and opening the project throw.
  public static func find(named name: String?, from start: URL = .currentDirectory()) throws
    -> Project
  {
    try Project(folder: folder(named: name, from: start))
  }

  /// The folder of the project that ``find(named:from:)`` opens.
  ///
  /// - Throws: ``WorkbenchError/noSuchProject(name:known:)``,
  ///   ``WorkbenchError/projectNotFound(start:known:)``; ``WorkbenchError/wrongHome(path:)`` if
  ///   `WOODSHED_HOME` is wrong; ``WorkbenchError/fileSystem(action:path:cause:)`` if a folder must not be
  ///   read.
  public static func folder(named name: String?, from start: URL = .currentDirectory()) throws
    -> URL
  {
    func holdsProject(_ folder: URL) -> Bool {
      folder.appending(path: ProjectSettings.fileName).isFile
    }
    let search = Result { try Home.find(from: start) }
    let home = try? search.get()
    let known = home?.projectNames ?? []
    /// A wrong `WOODSHED_HOME` is reported instead of a missing project, of which it is the likely cause.
    func requireRightHome() throws {
      if case .failure(WorkbenchError.wrongHome(let path)) = search {
        throw WorkbenchError.wrongHome(path: path)
      }
    }
    /// A folder that must not be read may be the project that is meant, and is reported.
    func requireOpen(_ folders: [URL]) throws {
      for folder in folders {
        let settings = folder.appending(path: ProjectSettings.fileName)
        guard folder.isFolder, settings.obstacle == EACCES else { continue }
        throw WorkbenchError.fileSystem(
          action: "open project", path: folder.plainPath, cause: DiskError.cause(of: EACCES))
      }
    }
    if let name {
      let path = URL(named: name, directoryHint: .isDirectory, relativeTo: start)
      let inProjects = home?.projects.appending(path: name, directoryHint: .isDirectory)
      guard let folder = [inProjects, path].compactMap(\.self).first(where: holdsProject) else {
        if !name.contains("/") { try requireRightHome() }
        try requireOpen([inProjects, path].compactMap(\.self))
        throw WorkbenchError.noSuchProject(name: name, known: known)
      }
      return folder.standardizedFileURL
    }
    if let folder = start.selfAndParents.first(where: holdsProject) { return folder }
    try requireRightHome()
    guard let home, known.count == 1, let only = known.first else {
      throw WorkbenchError.projectNotFound(start: start.plainPath, known: known)
    }
    return home.projects.appending(path: only, directoryHint: .isDirectory)
  }

  /// The maximum length of a project's name in bytes of UTF-8: file names have at most 255, and that of a
  /// backup consists of the project's name and the time.
  static let longestName = 200

  static func checkName(_ name: String) throws {
    let allowed = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || " -_".unicodeScalars.contains($0)
    }
    guard allowed, !name.isEmpty, name.first != "-", name.first != " ", name.last != " ",
      name.utf8.count <= longestName
    else {
      throw WorkbenchError.badProjectName(name)
    }
  }
}
