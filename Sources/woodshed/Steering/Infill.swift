import ArgumentParser
import Workbench

struct Infill: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the model play a part of a take anew, between what comes before and after.",
    discussion: """
      woodshed infill last --from 0:12 --to 0:20

      What lies before and after the part stays as it is, to the note.
      """)

  @Option(
    parsing: .unconditional, help: "The model plays from here on: 0:12, or seconds.")
  var from: TakeTime

  @Option(parsing: .unconditional, help: "The model plays up to here.")
  var to: TakeTime

  @OptionGroup var around: AroundOptions

  func run() throws { try around.play(.infill, from: from, to: to) }
}
