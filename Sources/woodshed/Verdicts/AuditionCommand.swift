import ArgumentParser
import Console
import Foundation
import Terminal
import Workbench

struct AuditionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audition",
    abstract: "Hear takes that you have not judged yet, and judge them.",
    discussion: """
      woodshed audition
      woodshed audition --order newest --to "Digital Piano"

      Space plays and pauses, ← and → wind by five seconds, with Shift by one. k keeps, d discards, \
      1 to 5 rate, n writes a note, u takes back what was said last, Enter is the next take and b the \
      one before. m marks where a phrase begins and again where it ends; then k keeps the phrase \
      alone. q ends. By default every third take is drawn at random and every third is the most \
      surprising. The last third is chosen by predicted taste, once 20 such takes are kept or \
      discarded and it predicts your verdicts better than a plain guess; until then it is drawn at \
      random, too.
      """)

  @Argument(help: "These takes, by number or as last; without them all that are not judged.")
  var takes: [TakeName] = []

  @Option(help: "Which come first: mixed, taste, random, surprising or newest.")
  var order = AuditionRequest().order

  @Option(help: "Only takes of this origin; without it those that a model had a part in.")
  var origin: TakeFilter.Origin?

  @Option(help: "At most this many.")
  var count = AuditionRequest().count

  @Option(help: "The port to play to; without it the only instrument there is.")
  var to: String?

  @Option(help: "The seed of what is drawn.")
  var seed: UInt64?

  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    var request = AuditionRequest()
    request.takes = takes
    request.order = order
    request.origin = origin
    request.count = count
    request.port = to
    request.seed = seed
    let project = try target.find()
    try Screen.check()
    let audition = try await withProgress { try await project.audition(request, progress: $0) }
    let screen = try Screen(tick: .milliseconds(50))
    await audition.run(on: screen)
    let report = await audition.finish()
    screen.close()
    try output.print(report)
  }
}
