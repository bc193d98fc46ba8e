import ArgumentParser
import Workbench

struct NoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Write down what you think of a take.",
    discussion: """
      woodshed note 12 the left hand at the end

      woodshed takes --search finds it by these words.
      """)

  @Argument(help: "The take's number, or last.")
  var take: TakeName

  @Argument(help: "The words.")
  var words: [String]

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().judge([take], .note(words.joined(separator: " "))))
  }
}
