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

  /// What `project.toml` says.
  public let settings: ProjectSettings

  /// The project's takes.
  let library: TakeLibrary

  /// Opens the project in a folder.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``, `LibraryError`.
  public convenience init(folder: URL) throws { try self.init(folder: folder, isNew: false) }

  /// Opens the project in a folder; only a new one may lack its library, which is made.
  private init(folder: URL, isNew: Bool) throws {
    self.folder = folder
    settings = try ProjectSettings.read(
      from: folder.appending(path: ProjectSettings.fileName))
    library = try TakeLibrary.open(
      at: folder.appending(path: TakeLibrary.fileName), mustExist: !isNew)
  }

  /// What there is to say when opening it brought its library up to date; `nil` otherwise.
  public var newsOfUpdate: String? {
    library.copyBeforeUpdate.map {
      "the library is brought up to date; as it was, it is kept in \($0.plainPath)"
    }
  }

  /// The folder that its models lie in.
  var models: ModelFiles {
    ModelFiles(folder.appending(path: "models", directoryHint: .isDirectory))
  }
}

extension Project {
  /// Makes a project from a template and opens it.
  ///
  /// - Parameters:
  ///   - name: A plain name, which makes `Projects/NAME` in `home`; or a path, taken as it is.
  ///   - template: The name of a template in `home`.
  ///   - home: The workbench.
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`; nothing is left behind then.
  public static func make(named name: String, from template: String, in home: Home) throws
    -> Project
  {
    let folder: URL
    if name.contains("/") || name == "." {
      folder = URL(named: name, directoryHint: .isDirectory).standardizedFileURL
    } else {
      try checkName(name)
      folder = home.projects.appending(path: name, directoryHint: .isDirectory)
    }
    return try make(in: folder, from: home.template(named: template))
  }

  /// Makes a project in a folder that is not there yet, or is empty, and opens it.
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
    // Beside its place, and moved there when it is whole: what a kill leaves is no project.
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
        // The empty folder stays: the musician may stand in it. What makes it a project comes last.
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
  ///   - name: A name in `Projects`, or a path. `nil` looks from `start`
  ///     upward, and then for the only project that there is.
  ///   - start: Where to begin; the current folder.
  /// - Throws: ``WorkbenchError/noSuchProject(name:known:)``,
  ///   ``WorkbenchError/projectNotFound(start:known:)``, or what opening throws.
  public static func find(named name: String?, from start: URL = .currentDirectory()) throws
    -> Project
  {
    try Project(folder: folder(named: name, from: start))
  }

  /// The folder of the project that a command is about, as ``find(named:from:)`` finds it, without
  /// opening the project.
  ///
  /// - Throws: ``WorkbenchError/noSuchProject(name:known:)``,
  ///   ``WorkbenchError/projectNotFound(start:known:)``.
  public static func folder(named name: String?, from start: URL = .currentDirectory()) throws
    -> URL
  {
    func holdsProject(_ folder: URL) -> Bool {
      folder.appending(path: ProjectSettings.fileName).isFile
    }
    let search = Result { try Home.find(from: start) }
    let home = try? search.get()
    let known = home?.projectNames ?? []
    /// A workbench that was named and is none is worth more words than a project that is not in it.
    func requireRightHome() throws {
      if case .failure(WorkbenchError.wrongHome(let path)) = search {
        throw WorkbenchError.wrongHome(path: path)
      }
    }
    /// A folder that is closed may be the project that is meant.
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

  /// How long a project's name may be, in bytes of UTF-8: a file's may be of 255, and a backup of the
  /// project has its name and the time.
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
