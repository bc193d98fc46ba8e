import Console
import Foundation
import Library
import MIDI
import Network
import Testing

@testable import Rounds
@testable import Workbench

/// What is set aside is set aside with all that is the same music.
@Suite struct HeldOutTests {
  private let project: Project
  private let bench: Bench

  /// Eight pieces, a sitting each; the first is played again in a sitting of its own, higher and slower.
  init() throws {
    bench = try Bench()
    project = try bench.project()
    for piece in 0..<8 { try play(UInt64(piece), in: "sitting \(piece)") }
    try play(0, up: 4, tempo: 1.3, in: "again")
  }

  private func play(
    _ piece: UInt64, up: Int = 0, tempo: Double = 1, in session: String
  ) throws {
    var random = SeededGenerator(seed: piece + 1)
    var pitch = 60
    let notes = (0..<200).map { index in
      pitch = max(40, min(80, pitch + Int.random(in: -6...6, using: &random)))
      let start = Int64(Double(index) * 250_000_000 * tempo)
      return Note(pitch: UInt8(pitch + up), velocity: 64, start: start, end: start + 200_000_000)
    }
    try project.addPlayed(takes: [MIDIEvent.events(of: notes)], session: session)
  }

  private func plan() throws -> TunePlan {
    try TunePlan(
      of: project.library, TakeMusic(project.library), settings: Bench.quickSettings)
  }

  @Test func aPieceIsNeverOnBothSides() throws {
    let choice = try project.library.heldOutChoice(TakeMusic(project.library))
    // What was played once and longest ago, not the piece that was played twice.
    #expect(choice.takes == [2, 3])
    #expect(choice.remark == nil)
  }

  /// Set aside by sittings, as before version 0.2.
  @Test func whatIsSetAsideByHandTakesItsMusicAlong() throws {
    try project.library.setHeldOut(sessions: [1])
    let plan = try plan()
    #expect(plan.heldOut.map(\.number) == [1])
    #expect(plan.takes.map(\.number) == [2, 3, 4, 5, 6, 7, 8])
    #expect(
      plan.leftOut == [
        .init(
          take: 9, reason: "it is the same music as take 1, which is set aside",
          isOfHeldOut: true)
      ])
    #expect(plan.areSittings == false)
    let outlook = try project.outlook(TuneRequest(settings: Bench.quickSettings))
    #expect(outlook.hasMuchOfHeldOut == true)
    #expect(
      outlook.text.contains("set other music aside with: woodshed tune --choose-held-out"))
  }

  @Test func aRoundThatLearnedWhatJudgedItIsNamed() throws {
    try project.library.setHeldOut(sessions: [1])
    #expect(try project.library.heldOutLeaks(TakeMusic(project.library)) == [])
    let file = project.models.round(1)
    try Data("weights".utf8).write(to: file)
    let digest = try Digest.sha256(ofFileAt: file)
    func listed(_ take: Int64, _ role: RoundTake.Role) -> RoundTake {
      RoundTake(take: take, digest: digest, weight: role == .train ? 1 : 0, role: role)
    }
    try project.library.addRound(
      NewRound(
        number: 1, parent: nil, createdAt: Date(), settings: "{}", seed: 1, programVersion: "0.1",
        status: .candidate, numbers: "{}", weightsFile: file.lastPathComponent,
        weightsDigest: digest,
        takes: [listed(2, .train), listed(9, .train), listed(1, .heldOut)]))
    #expect(
      try project.library.heldOutLeaks(TakeMusic(project.library)) == [
        HeldOutLeak(round: 1, take: 9, aside: 1)
      ])
    let report = try Project.examine(project.folder)
    #expect(report.isHeldOutLeaking)
    #expect(
      report.text.contains(
        "round 1 learned from take 9, which is the same music as take 1 that judged it"))
    #expect(report.text.contains("set other music aside with: woodshed tune --choose-held-out"))
  }
}
