import ArgumentParser
import Workbench

struct Tokens: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a MIDI file as performance events, one token number a line.",
    discussion: """
      woodshed tokens piece.mid

      Numbers are Performance RNN's: note-on 0-127, note-off 128-255, time-shift 256-355 in steps \
      of 10 ms, velocity 356-387. The sustain pedal is folded into the notes' ends. Takes of a \
      format 2 file stand one after the other with an empty line between.
      """)

  @Argument(help: "A MIDI file.", completion: .midiFiles)
  var file: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(TokenListing(ofFileAt: file))
  }
}
