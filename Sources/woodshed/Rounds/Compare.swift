import ArgumentParser
import Console
import Workbench

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two rounds: nearer to you, as varied, and what is copied.",
    discussion: """
      woodshed compare 1 2
      woodshed compare base current
      woodshed compare 2 me
      woodshed compare 1 2 --blind 8

      Each model plays twenty minutes, always from the same seed. What they play is held against \
      your held-out playing; the last column is the rest of your own playing against it, as near \
      as one gets. With --blind you hear pairs from the same primer and seed in hidden order, by \
      an instrument or the speakers as with play, and say which is more you and which you like \
      more; with neither to play on, each pair is written as two sound files, for \
      any player. Ctrl-C cuts a take short; as an answer, r plays both again and q ends.
      """)

  @Argument(help: "A round's number, base, current, me or a .safetensors file.")
  var a: PlayerName

  @Argument(help: "The other, which the last sentence is about.")
  var b: PlayerName

  @Option(parsing: .unconditional, help: "Minutes that each model plays for it.")
  var minutes: Double?

  @Option(parsing: .unconditional, help: "Hear so many pairs in hidden order.")
  var blind: Int?

  @Option(
    help:
      "With --blind: the port to play to, or speakers; with neither there, sound files are written.",
    completion: .instruments)
  var to: String?

  @Option(
    help: "With --blind: a take, last or a file that all pairs go on from.", completion: .primers)
  var after: String?

  @Option(parsing: .unconditional, help: "With --blind: how long each take is, in seconds.")
  var seconds = 20.0

  @Option(parsing: .unconditional, help: "The seed of what they play.")
  var seed: UInt64?

  @OptionGroup var sound: SoundOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var target: ProjectOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    var request = CompareRequest(a, b)
    request.minutes = minutes ?? request.minutes
    request.seed = seed ?? request.seed
    request.precision = engine.precision
    // With and without --blind the options of both are checked, so that no wrong value is ignored.
    try request.check()
    try BlindTest.check(count: blind ?? 1, seconds: seconds)
    try sound.request.check()
    let project = try target.find()
    guard let blind else {
      let report = try withProgress { try project.compare(request, progress: $0) }
      return try output.print(report)
    }
    let test = try withProgress(endsAtOnce: true) {
      try project.blindTest(
        of: a, and: b, count: blind, seconds: seconds, after: after, seed: seed,
        progress: $0)
    }
    var session = BlindSession(test: test, project: project, port: to, sound: sound.request)
    try await session.run()
    try output.print(test.tally())
  }
}
