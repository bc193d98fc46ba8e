import Foundation
import Library
import MIDI
import Synchronization
import Testing
import Work

@testable import Network
@testable import Workbench

@Suite struct AuditionOrderTests {
  private func takes(
    _ order: AuditionOrder, taste: [Int64: Double]? = nil, seed: UInt64 = 1
  ) -> [Int64] {
    order.arrange([5, 4, 3, 2, 1], surprise: [1: 2.5, 3: 3.5, 4: 1.5], taste: taste, seed: seed)
      .map(\.take)
  }

  @Test func eachTakeComesOnce() {
    for order in AuditionOrder.allCases {
      #expect(takes(order).sorted() == [1, 2, 3, 4, 5], "\(order)")
    }
  }

  @Test func theNewestAndTheMostSurprisingComeFirst() {
    #expect(takes(.newest) == [5, 4, 3, 2, 1])
    #expect(takes(.surprising).prefix(3) == [3, 1, 4])
    #expect(takes(.taste, taste: [2: 0.9, 5: 0.3]).prefix(2) == [2, 5])
  }

  @Test func theSameSeedDrawsTheSame() {
    #expect(takes(.random, seed: 7) == takes(.random, seed: 7))
    #expect(Set((1..<9).map { takes(.random, seed: $0) }).count > 1)
  }

  @Test func mixedTakesTurns() {
    let taste: [Int64: Double] = [2: 0.9, 5: 0.8, 4: 0.1]
    let mixed = AuditionOrder.mixed.arrange(
      [5, 4, 3, 2, 1], surprise: [1: 2.5, 3: 3.5], taste: taste, seed: 1)
    #expect(mixed.map(\.reason) == [.taste, .random, .surprising, .taste, .random])
    #expect(mixed[0].take == 2)
    let plain = AuditionOrder.mixed.arrange([2, 1], surprise: [:], taste: nil, seed: 1)
    #expect(plain.map(\.reason) == [.randomForTaste, .random])
  }

  @Test func onlyWhatAModelMadeAndNobodyJudgedWaits() throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    var request = AuditionRequest()
    #expect(try project.programme(for: request) { _ in true }.entries.isEmpty)
    request.origin = .played
    let entries = try project.programme(for: request) { _ in true }.entries
    #expect(Set(entries.map(\.take)) == [1, 2])
    #expect(entries.allSatisfy { ($0.surprise ?? 0) > 0 })
    try project.judge([.number(1)], .discard)
    #expect(try project.programme(for: request) { _ in true }.entries.map(\.take) == [2])
    withExtendedLifetime(bench) {}
  }
}

@Suite struct ImpressionCacheTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  private var file: URL { folder.appending(path: "cache/heard-ahead.json") }

  /// What is made of takes, and which were read for it.
  private func hear(_ takes: [[UInt16]], by model: String = "a") throws -> (
    impressions: [ImpressionCache.Impression], read: [[UInt16]]
  ) {
    var heard = ImpressionCache(of: model, in: file)
    var read: [[UInt16]] = []
    let found = heard.impressions(of: takes) { takes in
      read = takes
      return takes.map {
        SequenceImpression(
          score: SequenceScore(nats: Double($0[0]), events: $0.count), meanOutput: [1, 2, 3])
      }
    }
    #expect(found.hasLearned == !read.isEmpty)
    if found.hasLearned { heard.keep(in: file) }
    return (found.impressions, read)
  }

  @Test func whatWasHeardIsNotHeardAgain() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try hear([[5, 1], [6], [5, 1]])
    #expect(first.impressions.map(\.nats) == [5, 6, 5])
    #expect(first.impressions.map(\.events) == [2, 1, 2])
    #expect(first.read.count == 2)
    let second = try hear([[7], [6], [5, 1]])
    #expect(second.read == [[7]])
    #expect(second.impressions.map(\.nats) == [7, 6, 5])
    #expect(try hear([[5, 1], [6], [5, 1]]) == (first.impressions, []))
    // Another model hears with other ears.
    #expect(try hear([[6]], by: "b").read == [[6]])
  }

  @Test func aFileThatIsDamagedIsMadeAnew() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try hear([[5, 1], [6]])
    let whole = try Data(contentsOf: file)
    let texts = [
      "", "{}", "[]", String(decoding: whole.dropLast(20), as: UTF8.self),
      String(decoding: whole, as: UTF8.self).replacing("\"outputs\":[", with: "\"outputs\":[1,"),
      String(decoding: whole, as: UTF8.self).replacing("\"version\":1", with: "\"version\":2"),
    ]
    for text in texts {
      try Data(text.utf8).write(to: file)
      let again = try hear([[5, 1], [6]])
      #expect(again.read.count == 2 && again.impressions == first.impressions, "\(text)")
      #expect(try hear([[6]]).read.isEmpty)
    }
  }

  @Test func whereNothingCanBeWrittenAllIsHeard() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: folder.appending(path: "cache"))
    #expect(try hear([[6]]).read == [[6]])
    #expect(try hear([[6]]).read == [[6]])
  }

  @Test func aSecondAuditionListensToWhatIsNewAlone() throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    var request = AuditionRequest()
    request.origin = .played
    request.order = .surprising
    let activities = Activities()
    let first = try project.programme(for: request, progress: activities.note).entries
    #expect(activities.count > 0)
    let heard = activities.count
    let second = try project.programme(for: request, progress: activities.note).entries
    #expect(activities.count == heard)
    #expect(second.map(\.take) == first.map(\.take))
    #expect(second.map(\.surprise) == first.map(\.surprise))
    let report = try Project.examine(project.folder)
    #expect(report.findings.isEmpty, "\(report.findings)")
    withExtendedLifetime(bench) {}
  }
}

/// How often something was said of the progress of listening.
private final class Activities: Sendable {
  private let noted = Mutex(0)
  var count: Int { noted.withLock { $0 } }
  @Sendable func note(_ progress: WorkProgress) -> Bool {
    noted.withLock { $0 += 1 }
    return true
  }
}

@Suite struct AuditionTests {
  /// Two takes of ten seconds, standing still at the beginning of the first.
  private func audition(_ project: Project, player: any AuditionPlayer = SilentPlayer())
    async throws -> Audition
  {
    let audition = try await Audition(
      project: project,
      programme: Audition.Programme(entries: [1, 2].map { .init(take: $0, reason: .asked) }),
      player: player, sound: .nowhere)
    #expect(await audition.state.isPlaying)
    #expect(await audition.perform(.playOrPause))
    #expect(await audition.perform(.toStart))
    return audition
  }

  @Test func itShowsTheTakeThatIsOn() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await audition(project)
    let state = await audition.state
    #expect(state.take.number == 1 && state.place == 1 && state.count == 2)
    #expect(state.reason == .asked && state.sound == .nowhere && state.message == nil)
    #expect(!state.isPlaying && state.position == 0)
    #expect(!state.notes.isEmpty)
    #expect(Double(state.length) / 1e9 == state.take.seconds)
    #expect(await audition.perform(.next))
    #expect(await audition.state.take.number == 2)
    #expect(await audition.perform(.next))
    guard case .lastTake = await audition.state.message else {
      Issue.record("it does not say that this is the last take")
      return
    }
    #expect(await audition.perform(.back))
    #expect(await audition.state.take.number == 1)
    #expect(await !audition.perform(.quit))
    #expect(await audition.finish() == AuditionReport(heard: [1, 2], left: 2))
    withExtendedLifetime(bench) {}
  }

  @Test func whatIsSaidIsInTheLibraryAndIsTakenBack() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await audition(project)
    for action: AuditionAction in [.rate(4), .note("dark"), .discard] {
      #expect(await audition.perform(action))
    }
    var state = await audition.state
    #expect(state.take.rating == 4 && state.take.note == "dark")
    #expect(state.take.judgement == "discard")
    #expect(try project.library.standingVerdict(of: 1).judgement == .discard)
    #expect(await audition.perform(.next))
    #expect(await audition.perform(.undo))
    state = await audition.state
    #expect(state.take.number == 1 && state.take.judgement == nil && state.take.rating == 4)
    guard case .said(let undone)? = state.message else {
      Issue.record("it does not say what was taken back")
      return
    }
    #expect(undone.isUndone)
    #expect(await audition.perform(.rate(9)))
    guard case .failed? = await audition.state.message else {
      Issue.record("it does not say that nothing is worth 9")
      return
    }
    await audition.clearMessage()
    #expect(await audition.state.message == nil)
    #expect(
      await audition.finish()
        == AuditionReport(heard: [1, 2], discarded: 1, rated: 1, noted: 1, undone: 1, left: 2))
    withExtendedLifetime(bench) {}
  }

  @Test func aMarkedPhraseIsKeptAlone() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await audition(project)
    let actions: [AuditionAction] = [
      .wind(seconds: 5), .mark, .mark, .keep, .wind(seconds: -3), .mark,
    ]
    for action in actions { #expect(await audition.perform(action)) }
    #expect(
      await audition.state.marked == Audition.MarkedPhrase(from: 2_000_000_000, to: 5_000_000_000))
    #expect(try project.library.standingVerdict(of: 1).judgement == nil)
    #expect(await audition.perform(.keep))
    let state = await audition.state
    #expect(state.marked == nil && state.take.judgement == "keep")
    #expect(state.phrases == [2_000_000_000..<5_000_000_000])
    #expect(await audition.perform(.mark))
    #expect(await audition.perform(.clearMarks))
    #expect(await audition.state.marked == nil)
    withExtendedLifetime(bench) {}
  }

  /// Of takes that are over at once where they are wound to their end.
  private func goingOn(_ project: Project, goesOn: Bool = true) async throws -> Audition {
    try await Audition(
      project: project,
      programme: Audition.Programme(entries: [1, 2].map { .init(take: $0, reason: .asked) }),
      player: SilentPlayer(), sound: .nowhere, goesOn: goesOn, breath: .milliseconds(20))
  }

  /// Waits until `isSo`, five seconds at most.
  private func become(
    _ audition: Audition, _ isSo: (Audition.State) -> Bool
  ) async throws -> Bool {
    for _ in 0..<1000 {
      if isSo(await audition.state) { return true }
      try await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  @Test func atATakesEndItGoesOnWhenAskedTo() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await goingOn(project, goesOn: false)
    #expect(await audition.perform(.wind(seconds: 60)))
    try await Task.sleep(for: .milliseconds(200))
    #expect(await audition.state.place == 1)
    #expect(await !audition.state.goesOn)
    #expect(await audition.perform(.goOn))
    #expect(try await become(audition) { $0.place == 2 && $0.isPlaying && $0.goesOn })
    #expect(await audition.perform(.wind(seconds: 60)))
    #expect(
      try await become(audition) {
        if case .lastTake? = $0.message { true } else { false }
      })
    #expect(await audition.state.place == 2)
    withExtendedLifetime(bench) {}
  }

  /// By the end of what sounds, too, and not only by winding.
  @Test func aTakeThatWasPlayedToItsEndIsOver() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await goingOn(project)
    let left = Double(await audition.state.length) / 1e9 - 0.3
    #expect(await audition.perform(.wind(seconds: Int(left))))
    #expect(try await become(audition) { $0.place == 2 })
    withExtendedLifetime(bench) {}
  }

  @Test func whileSomethingIsDoneWithATakeItStays() async throws {
    let bench = try Bench()
    let project = try bench.projectWithMusic(takes: 2)
    let audition = try await goingOn(project)
    await audition.hold(true)
    #expect(await audition.perform(.mark))
    #expect(await audition.perform(.wind(seconds: 60)))
    try await Task.sleep(for: .milliseconds(200))
    #expect(await audition.state.place == 1)
    await audition.hold(false)
    try await Task.sleep(for: .milliseconds(200))
    // A phrase is being marked.
    #expect(await audition.state.place == 1)
    #expect(await audition.perform(.clearMarks))
    #expect(try await become(audition) { $0.place == 2 })
    withExtendedLifetime(bench) {}
  }

  @Test func withoutASoundItSaysSoAndGoesOn() async throws {
    let bench = try Bench()
    let audition = try await Audition(
      project: bench.projectWithMusic(takes: 1),
      programme: Audition.Programme(entries: [.init(take: 1, reason: .asked)]),
      player: Unplugged(), sound: .output(name: "Digital Piano"))
    for _ in 0..<1000 where await audition.state.sound != .lost {
      try await Task.sleep(for: .milliseconds(5))
    }
    let state = await audition.state
    guard case .soundFailed(let fault)? = state.message else {
      Issue.record("it does not say that the sound has failed")
      return
    }
    #expect(fault is Unplugged.Fault)
    #expect(state.isPlaying)
    withExtendedLifetime(bench) {}
  }
}

/// A player that fails as a port does that is unplugged.
private struct Unplugged: AuditionPlayer {
  struct Fault: Error {}
  func sound(_ events: [MIDIEvent], from position: Int64) async throws { throw Fault() }
  var position: Int64? { nil }
}

@Suite struct DeckTests {
  private static let events = [
    MIDIEvent(nanoseconds: 0, message: .noteOn(pitch: 60, velocity: 64)),
    MIDIEvent(nanoseconds: 60_000_000_000, message: .noteOff(pitch: 60)),
  ]

  @Test func itStandsWhereItIsPut() async {
    let deck = Deck(player: SilentPlayer())
    await deck.load(Self.events, length: 60_000_000_000)
    await deck.seek(to: 20_000_000_000)
    #expect(await deck.state.position == 20_000_000_000)
    #expect(await !deck.state.isPlaying)
    await deck.seek(to: 90_000_000_000)
    #expect(await deck.state.position == 60_000_000_000)
    await deck.seek(to: -1)
    #expect(await deck.state.position == 0)
  }

  @Test func itPlaysOnFromWhereItIsWound() async throws {
    let deck = Deck(player: SilentPlayer())
    await deck.load(Self.events, length: 60_000_000_000)
    await deck.play()
    await deck.seek(to: 20_000_000_000)
    let state = await deck.state
    #expect(state.isPlaying && state.position >= 20_000_000_000)
    await deck.pause()
    #expect(await !deck.state.isPlaying)
    #expect(await deck.state.position >= 20_000_000_000)
  }

  @Test func whereThePlayerFailsTheClockGoesOn() async throws {
    let deck = Deck(player: Unplugged())
    await deck.load(Self.events, length: 60_000_000_000)
    await deck.play()
    var fault: (any Error)?
    for _ in 0..<1000 where fault == nil {
      try await Task.sleep(for: .milliseconds(5))
      fault = await deck.state.fault
    }
    #expect(fault is Unplugged.Fault)
    #expect(await deck.state.isPlaying)
    #expect(await deck.state.fault == nil)
  }
}
