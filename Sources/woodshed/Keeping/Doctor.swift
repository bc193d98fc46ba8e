import ArgumentParser
import Workbench

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether all of a project is as it was written.",
    discussion: """
      woodshed doctor
      woodshed doctor --fix

      Every take, note and record and every model is held against the digest that was noted when it \
      was written; files that belong to nothing are looked for, and whether what is set aside for \
      judging was kept apart. Exit code 1 when something is wrong.
      """)

  @Flag(help: "Mend what can be mended without guessing, after a backup into the folder backups.")
  var fix = false

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try Project.examine(Project.folder(named: target.project), fix: fix)
    try output.print(report)
    try report.requireHealth()
  }
}
