import ArgumentParser
import Console
import Workbench

/// `--project`, for every command that works on a project.
struct ProjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The project, by name or folder.",
      discussion: "Without it: the one whose folder you are in, else the only one there is."),
    completion: .projects)
  var project: String?

  /// Opens the project, and says so on standard error if that updated its library.
  func find() throws -> Project {
    let project = try Project.find(named: project)
    if let news = project.newsOfUpdate { standardError(lines: [news]) }
    return project
  }
}
