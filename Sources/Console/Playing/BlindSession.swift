import Foundation
import Terminal
package import Workbench

/// Plays the pairs of a blind test and asks about each; questions go to standard error, answers come from
/// standard input.
package struct BlindSession {
  private let test: BlindTest
  private let project: Project
  private let port: String?
  private let sound: SoundRequest
  private let line = LiveLine()
  /// Why playing failed, as last told; kept so as not to tell it again.
  private var obstacle: String?

  /// A session of a test.
  ///
  /// - Parameters:
  ///   - project: Where the test's takes are.
  ///   - port: The port that was asked for; `nil` for the only one there is.
  ///   - sound: How the speakers sound.
  package init(test: BlindTest, project: Project, port: String?, sound: SoundRequest) {
    self.test = test
    self.project = project
    self.port = port
    self.sound = sound
  }

  /// Goes through the pairs to the last one, or until the musician answers q.
  ///
  /// - Throws: What playing throws; `LibraryError`, `WorkbenchError`.
  package mutating func run() async throws {
    for (index, pair) in test.pairs.enumerated() {
      line.say("pair \(index + 1) of \(test.pairs.count)")
      try await hear(pair)
      guard let moreMe = try await ask("which is more you?", pair),
        let liked = try await ask("which do you like more?", pair)
      else { return }
      try test.answer(pair, moreMe: moreMe, liked: liked)
    }
  }

  /// Plays a pair; if there is nothing to play it on or playing fails, writes it as files, or throws if a
  /// port was asked for.
  private mutating func hear(_ pair: BlindTest.Pair) async throws {
    do {
      try await play(pair)
    } catch  where port == nil {
      let files = try test.files(of: pair, sound: sound)
      let obstacle = sentence(for: error)
      if obstacle != self.obstacle { line.say(obstacle) }
      self.obstacle = obstacle
      line.say(
        "  hear these \(files.areSound ? "files with any player" : "MIDI files with another program")"
          + ", here or elsewhere:")
      line.say("  the first: \(files.first)")
      line.say("  the second: \(files.second)")
    }
  }

  private func playing(_ take: TakeName) throws -> Playing {
    var request = PlayRequest()
    request.takes = TakeChoice([take])
    request.port = port
    request.sound = sound
    return try project.playback(of: request)
  }

  private func play(_ pair: BlindTest.Pair) async throws {
    for (name, take) in [("first", pair.first), ("second", pair.second)] {
      let playing = try playing(take)
      line.say("  the \(name)")
      let stop: @Sendable () -> Void = { Task { try? await playing.stop() } }
      let signals = Signals([SIGINT, SIGTERM, SIGHUP], stop)
      defer { signals.stop() }
      try await playing.run { _ in }
    }
  }

  /// Asks a question until it is answered; `nil` if the musician ends the session.
  private mutating func ask(_ question: String, _ pair: BlindTest.Pair) async throws -> BlindTest
    .Answer?
  {
    while true {
      line.say("  \(question) 1, 2, = for alike, r to hear them again, q to end")
      guard let line = readLine()?.trimmingCharacters(in: .whitespaces) else { return nil }
      if let answer = BlindTest.Answer(rawValue: line) { return answer }
      if line == "q" { return nil }
      if ["r", "again"].contains(line) { try await hear(pair) }
    }
  }
}
