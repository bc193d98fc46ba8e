import ArgumentParser
import Console
import Foundation
import Workbench

struct AuditionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audition",
    abstract: "Hear takes that you have not judged yet, and judge them.",
    discussion: """
      woodshed audition
      woodshed audition --order newest --to "Digital Piano"

      \(AuditionKeys.help)

      By default every third take is drawn at random and every third is the most \
      surprising. The last third is chosen by predicted taste, once 20 such takes are kept or \
      discarded and it predicts your verdicts better than a plain guess; until then it is drawn at \
      random, too.
      """)

  @Argument(help: "These takes, by number or as last; without them all that are not judged.")
  var takes: [TakeNames] = []

  @Option(help: "Which come first: mixed, taste, random, surprising or newest.")
  var order = AuditionRequest().order

  @Option(help: "Only takes of this origin; without it those that a model had a part in.")
  var origin: TakeFilter.Origin?

  @Option(parsing: .unconditional, help: "At most this many.")
  var count = AuditionRequest().count

  @Option(
    help: "The port to play to; without it the only instrument there is.", completion: .instruments)
  var to: String?

  @Flag(help: "Go on to the next take by itself, two seconds after a take's end.")
  var goOn = false

  @Option(parsing: .unconditional, help: "The seed of what is drawn.")
  var seed: UInt64?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    var request = AuditionRequest()
    request.takes = takes.names
    request.order = order
    request.origin = origin
    request.count = count
    request.port = to
    request.goesOn = goOn
    request.seed = seed
    // Checked before the terminal is taken over.
    try request.check()
    try output.print(try await audition(request, in: target.find()))
  }
}
