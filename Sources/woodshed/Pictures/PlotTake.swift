import ArgumentParser
import Workbench

struct PlotTake: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "take",
    abstract: "Draw a take as a piano roll: loudness as colour, the pedal below.",
    discussion: """
      woodshed plot take last
      woodshed plot 12 --to take.png --scheme dark
      woodshed plot take 12 --from 1:20 --until 1:40
      """)

  @Argument(help: "The take's number, or last.")
  var take: TakeName

  @OptionGroup var part: PartOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(target.find().plot(take: take, part: part.part, picture.request))
  }
}
