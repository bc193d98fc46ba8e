import Disk
public import Foundation

/// The workbench: the folder that holds `Projects`, and where templates are found.
public struct Home: Hashable, Sendable {
  /// The folder itself; it need not exist yet.
  public let folder: URL
  /// Where templates are found that came with an installed woodshed.
  private let shared: [URL]

  /// Finds the workbench: in `start` and its parents, else where `WOODSHED_HOME` points, else in the checkout
  /// that holds this program, else, when woodshed is installed, in `~/woodshed`.
  ///
  /// An installed woodshed has its templates in `woodshed/Templates` of the folders of the XDG Base Directory
  /// Specification 0.8: `XDG_DATA_HOME`, `~/.local/share` without it, and `XDG_DATA_DIRS`, `/usr/local/share` and
  /// `/usr/share` without it.
  ///
  /// - Parameters:
  ///   - start: The folder to begin in; the current one by default.
  ///   - environment: The variables in which `WOODSHED_HOME`, `HOME` and those of XDG are looked up.
  ///   - program: The folder that holds this program's file.
  /// - Throws: ``WorkbenchError/homeNotFound(start:)``; ``WorkbenchError/wrongHome(path:)`` if
  ///   `WOODSHED_HOME` is needed and is no workbench.
  public static func find(
    from start: URL = .currentDirectory(),
    environment: [String: String] = ProcessInfo.processInfo.environment,
    program: URL = program
  ) throws -> Home {
    func isHome(_ folder: URL) -> Bool {
      folder.appending(path: "Projects").isFolder && folder.appending(path: "Templates").isFolder
    }
    let shared = sharedTemplates(environment)
    func home(_ folder: URL) -> Home { Home(folder: folder, shared: shared) }
    if let folder = start.selfAndParents.first(where: isHome) { return home(folder) }
    if let named = environment["WOODSHED_HOME"], !named.isEmpty {
      let folder = URL(named: named, directoryHint: .isDirectory)
      // If it were ignored, projects would be made in another place than the person asked for.
      guard isHome(folder) || folder.isFolder && !shared.isEmpty else {
        throw WorkbenchError.wrongHome(path: folder.plainPath)
      }
      return home(folder)
    }
    if let checkout = program.selfAndParents.first(where: isHome) { return home(checkout) }
    guard !shared.isEmpty, let own = ownFolder(environment) else {
      throw WorkbenchError.homeNotFound(start: start.plainPath)
    }
    return home(own)
  }

  private static func sharedTemplates(_ environment: [String: String]) -> [URL] {
    /// The folders that a variable names; those that do not begin at the root are ignored, as XDG says.
    func folders(_ name: String, otherwise: [String]) -> [String] {
      guard let value = environment[name], !value.isEmpty else { return otherwise }
      return value.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    }
    let own = ownFolder(environment, ".local/share").map { [$0.plainPath] } ?? []
    return
      (folders("XDG_DATA_HOME", otherwise: own)
      + folders("XDG_DATA_DIRS", otherwise: ["/usr/local/share", "/usr/share"]))
      .map { URL(filePath: $0).appending(path: "woodshed/Templates", directoryHint: .isDirectory) }
      .filter(\.isFolder)
  }

  /// A folder in the person's home folder.
  private static func ownFolder(
    _ environment: [String: String], _ path: String = "woodshed"
  ) -> URL? {
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return URL(filePath: home).appending(path: path, directoryHint: .isDirectory)
  }

  /// The folder that holds this program's file.
  public static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Where projects are made.
  public var projects: URL { folder.appending(path: "Projects", directoryHint: .isDirectory) }

  /// Where templates of one's own are.
  public var templates: URL { folder.appending(path: "Templates", directoryHint: .isDirectory) }

  /// Makes the folder that projects are made in, if it is not there yet.
  ///
  /// - Throws: `DiskError`.
  func makeProjects() throws(DiskError) {
    if !projects.isFolder { try projects.makeFolder() }
  }

  /// The names of the projects in ``projects``, in alphabetical order.
  public var projectNames: [String] {
    projects.folderNames.filter {
      projects.appending(path: $0).appending(path: ProjectSettings.fileName).isFile
    }
  }

  /// The names of the templates, in alphabetical order.
  public var templateNames: [String] {
    Set(
      ([templates] + shared).flatMap { folder in
        folder.folderNames.filter { isTemplate($0, in: folder) }
      }
    )
    .sorted()
  }

  /// Whether a template of a name is one's own.
  func isOwnTemplate(_ name: String) -> Bool { isTemplate(name, in: templates) }

  private func isTemplate(_ name: String, in folder: URL) -> Bool {
    folder.appending(path: name).appending(path: Template.fileName).isFile
  }

  /// Reads the template of a name: one's own first.
  ///
  /// - Throws: ``WorkbenchError/noSuchTemplate(name:known:)``, or what reading it throws.
  public func template(named name: String) throws -> Template {
    let known = templateNames
    guard known.contains(name),
      let folder = ([templates] + shared).first(where: { isTemplate(name, in: $0) })
    else {
      throw WorkbenchError.noSuchTemplate(name: name, known: known)
    }
    return try Template(folder: folder.appending(path: name, directoryHint: .isDirectory))
  }
}

extension URL {
  /// The names of the folders inside this one, in alphabetical order, without hidden ones, which may be
  /// unfinished ones of a killed process.
  fileprivate var folderNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: plainPath)) ?? []
    return names.filter { !$0.hasPrefix(".") && appending(path: $0).isFolder }.sorted()
  }
}
