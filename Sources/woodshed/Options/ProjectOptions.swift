import ArgumentParser
import Console
import Workbench

/// `--project`, for every command that works on one.
struct ProjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The project, by name or folder.",
      discussion: "Without it: the one whose folder you are in, else the only one there is."),
    completion: .projects)
  var project: String?

  /// Opens the project, and says so when that brought its library up to date.
  func find() throws -> Project {
    let project = try Project.find(named: project)
    if let news = project.newsOfUpdate { standardError(lines: [news]) }
    return project
  }
}
