import Disk
public import Foundation

/// The workbench: the folder that holds `Projects` and `Templates`.
public struct Home: Hashable, Sendable {
  /// The folder itself.
  public let folder: URL

  /// Finds the workbench: in `start` and its parents, else where `WOODSHED_HOME` points, else the checkout
  /// that the program was built from.
  ///
  /// - Parameters:
  ///   - start: The folder to begin in; the current one by default.
  ///   - environment: The variables in which `WOODSHED_HOME` is looked up.
  /// - Throws: ``WorkbenchError/homeNotFound(start:)``; ``WorkbenchError/wrongHome(path:)`` if
  ///   `WOODSHED_HOME` is needed and is no workbench.
  public static func find(
    from start: URL = .currentDirectory(),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Home {
    func isHome(_ folder: URL) -> Bool {
      folder.appending(path: "Projects").isFolder && folder.appending(path: "Templates").isFolder
    }
    if let folder = start.selfAndParents.first(where: isHome) { return Home(folder: folder) }
    if let named = environment["WOODSHED_HOME"], !named.isEmpty {
      let folder = URL(named: named, directoryHint: .isDirectory)
      // If it were ignored, projects would be made in another place than the person asked for.
      guard isHome(folder) else { throw WorkbenchError.wrongHome(path: folder.plainPath) }
      return Home(folder: folder)
    }
    guard isHome(checkout) else { throw WorkbenchError.homeNotFound(start: start.plainPath) }
    return Home(folder: checkout)
  }

  /// The checkout that this program was built from.
  private static let checkout = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Where projects are made.
  public var projects: URL { folder.appending(path: "Projects", directoryHint: .isDirectory) }

  /// Where templates are found.
  public var templates: URL { folder.appending(path: "Templates", directoryHint: .isDirectory) }

  /// The names of the projects in ``projects``, in alphabetical order.
  public var projectNames: [String] {
    projects.folderNames.filter {
      projects.appending(path: $0).appending(path: ProjectSettings.fileName).isFile
    }
  }

  /// The names of the templates, in alphabetical order.
  public var templateNames: [String] {
    templates.folderNames.filter {
      templates.appending(path: $0).appending(path: Template.fileName).isFile
    }
  }

  /// Reads the template of a name.
  ///
  /// - Throws: ``WorkbenchError/noSuchTemplate(name:known:)``, or what reading it throws.
  public func template(named name: String) throws -> Template {
    guard templateNames.contains(name) else {
      throw WorkbenchError.noSuchTemplate(name: name, known: templateNames)
    }
    return try Template(folder: templates.appending(path: name, directoryHint: .isDirectory))
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
