import Foundation
import NIOCore
import NIOHTTP1
import Synth
import Testing

@testable import Studio
@testable import Workbench

/// The sound of a take, as the page hears it.
@Suite struct StreamTests {
  @Test func withoutASoundFontTheSentenceIsThatOfTheProgram() async throws {
    let answer = try await Window(takes: 1, sound: .none).ask(.GET, "/api/takes/1/sound.wav")
    #expect(answer.status == 409)
    #expect(answer.sentence == "cannot use /nowhere.sf2: it is missing or is no SoundFont")
  }

  @Test(.enabled(if: (try? SoundFont.find()) != nil, "there is no SoundFont here"))
  func aSoundIsAWaveFileFromTheMomentThatIsAskedFor() async throws {
    let window = try await Window(takes: 1)
    for (query, seconds) in [("", 4.8), ("?from=3", 1.8), ("?from=4.7999", 0.0001)] {
      let answer = try await window.ask(.GET, "/api/takes/1/sound.wav\(query)")
      #expect(answer.status == 200)
      #expect(answer.headers.first(name: "Content-Type") == "audio/wav")
      #expect(answer.headers.first(name: "Content-Length") == "\(answer.body.count)")
      #expect(answer.body.starts(with: "RIFF".utf8))
      let frames = (answer.body.count - 44) / 4
      #expect(abs(Double(frames) / 44_100 - seconds - 3) < 0.01)
    }
  }

  @Test(arguments: ["nan", "inf", "x", "", "-1", "-0.1"])
  func aMomentThatIsNoneIsRefused(moment: String) async throws {
    let answer = try await Window(takes: 1).ask(.GET, "/api/takes/1/sound.wav?from=\(moment)")
    #expect(answer.status == 400)
    #expect(answer.sentence == "cannot answer: from cannot be \"\(moment)\"")
  }

  @Test(arguments: ["4.8", "1e300"])
  func aMomentBeyondTheTakeIsRefused(moment: String) async throws {
    let answer = try await Window(takes: 1).ask(.GET, "/api/takes/1/sound.wav?from=\(moment)")
    #expect(answer.status == 400)
    #expect(answer.sentence?.hasPrefix("cannot play ") == true, "\(answer.text)")
  }

  @Test func placesAreFreeAgainWhenNothingHoldsThem() throws {
    let places = Places(for: "windows", most: 2)
    let first = try places.take()
    do {
      let second = try places.take()
      #expect(throws: StudioError.tooMany(what: "windows", most: 2)) { try places.take() }
      withExtendedLifetime(second) {}
    }
    let third = try places.take()
    withExtendedLifetime((first, third)) {}
  }
}

/// What changes in the library, whoever changes it.
@Suite struct ChangeTests {
  @Test func whatIsSaidIsAChange() async throws {
    let window = try await Window()
    var watch = try ChangeWatch(of: window.project)
    #expect(try watch.next() == nil)
    _ = try await window.ask(.POST, "/api/takes/2/keep")
    let kept = try #require(try watch.next())
    #expect(kept.takes.map(\.number) == [2] && kept.isAll && kept.total == 3)
    #expect(kept.takes.first?.judgement == "keep")
    #expect(try watch.next() == nil)
    _ = try await window.ask(.POST, "/api/takes/2/undo")
    #expect(try watch.next()?.takes.map(\.judgement) == [nil])
  }

  /// Another program has a connection of its own.
  @Test func whatAnotherProgramSaysIsAChange() async throws {
    let window = try await Window()
    var watch = try ChangeWatch(of: window.project)
    let other = try Project(folder: window.project.folder)
    try other.judge([.number(1), .number(3)], .rate(5))
    #expect(try watch.next()?.takes.map(\.number) == [1, 3])
    #expect(try watch.next() == nil)
  }

  @Test func whatIsDeletedHasTheListReadAgain() async throws {
    let window = try await Window()
    var watch = try ChangeWatch(of: window.project)
    _ = try window.project.delete([.number(3)]) { _ in true }
    let changes = try #require(try watch.next())
    #expect(!changes.isAll && changes.total == 2)
  }
}
