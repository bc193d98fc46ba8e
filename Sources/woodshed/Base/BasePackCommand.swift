import ArgumentParser
import Console
import Workbench

struct BasePackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Write a corpus as tokens, for training elsewhere.",
    discussion: """
      woodshed base pack corpus/train --to packed/train --passes 4

      The folder gets index.json (format, vocabulary, shards, and for each take its source, pass, \
      shard, offset and number of tokens) and the shards: token numbers as little-endian 16-bit \
      integers, one take after the other. The first pass is the music as it is; the others are \
      shifted by −3…+3 semitones and stretched by up to 5 %, as base train does.
      """)

  @Argument(help: "MIDI files, and folders of them.", completion: .midiFiles)
  var paths: [String]

  @Option(help: "The folder to write.", completion: .directory)
  var to: String

  @Option(
    parsing: .unconditional, help: "How many passes over the music, the first with nothing changed."
  )
  var passes = BasePackRequest().passes

  @Option(parsing: .unconditional, help: "The seed of the changes.")
  var seed = BasePackRequest().seed

  @OptionGroup var output: OutputOptions

  func run() throws {
    var request = BasePackRequest()
    request.paths = paths
    request.folder = to
    request.passes = passes
    request.seed = seed
    let report = try withProgress { try request.pack(progress: $0) }
    try output.print(report)
  }
}
