import ArgumentParser
import Workbench

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a project from a template.",
    discussion: """
      woodshed new blues

      A name makes Projects/NAME in the workbench: the folder that holds Projects and Templates, \
      found upward from the current folder, else $WOODSHED_HOME, else the checkout that woodshed \
      is in, else ~/woodshed. A path (anything with a / in it) is taken as it is.
      """)

  @Argument(help: "The project's name, or a path.", completion: .directory)
  var name: String

  @Option(help: "The template to start from.", completion: .templates)
  var template = "solo-piano"

  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try Project.make(named: name, from: template, in: .find())
    try output.print(project.summary())
  }
}
