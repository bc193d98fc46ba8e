import ArgumentParser
import Console
import Workbench

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring MIDI files in as takes you played.",
    discussion: """
      woodshed import ~/midi

      Folders are searched for .mid and .midi files, hidden ones left out. A silence of 15 seconds \
      ends a take, as in a recording. What the library has already adds nothing, though another \
      program has saved it again. What woodshed exported says who made it: a model's take comes in \
      as generated, in any project. For each file that gave nothing, the reason is said.
      """)

  @Argument(help: "MIDI files, and folders of them.", completion: .midiFiles)
  var paths: [String]

  @Flag(help: "Set these takes aside for judging; woodshed holdout --release takes that back.")
  var heldOut = false

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let project = try target.find()
    let report = try withProgress {
      try project.importFiles(at: paths, heldOut: heldOut, progress: $0)
    }
    try output.print(report)
    guard report.added > 0 || report.alreadyThere > 0 else { throw ExitCode.failure }
  }
}
