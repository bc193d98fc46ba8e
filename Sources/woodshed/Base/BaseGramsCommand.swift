import ArgumentParser
import Console
import Workbench

struct BaseGramsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grams",
    abstract: "Note the figures of a base's corpus, so that copies of it are noticed.",
    discussion: """
      woodshed base grams corpus/train --template solo-piano

      Figures of eight notes, one in four of them, as numbers that do not tell the music. woodshed \
      compare looks up in them how much of what a model plays stands in the corpus.
      """)

  @Argument(
    help: "The MIDI files, and folders of them, that the base was trained on.",
    completion: .midiFiles)
  var paths: [String]

  @Option(help: "The template that gets them.", completion: .templates)
  var template = "solo-piano"

  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try withProgress {
      try Home.find()
        .noteGrams(of: paths, inTemplate: template, progress: $0)
    }
    try output.print(report)
  }
}
