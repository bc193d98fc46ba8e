import Console
import Disk
import Foundation
import Library
import Network
import Performance
import Player
import Testing
import Work

@testable import Rounds
@testable import Workbench

/// Rounds that are trained toward a gauge.
@Suite struct TowardRoundTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private static let extent = TowardAim.Extent(takes: 16...16, measured: 16, seconds: 8)

  private func request(_ gauge: String = "density", strength: Double = 1) -> TuneRequest {
    var settings = Bench.quickSettings
    settings.passes = 6
    var request = TuneRequest(settings: settings)
    request.toward = Toward(gauge)
    request.toward?.strength = strength
    request.start = .current
    request.extent = Self.extent
    return request
  }

  @Test func aRoundTowardAGaugePlaysMoreOfItAndIsACandidate() throws {
    let project = try bench.projectWithMusic()
    let before = try project.library.takes().count
    let report = try project.tune(request()) { _ in true }
    let toward = try #require(report.toward)
    #expect(report.status == "candidate")
    #expect(report.reason != nil)
    #expect(toward.takes > 12)
    #expect(toward.share <= 1.0 / 3 + 1e-9)
    #expect(toward.made.value > 0.5)
    let played = try #require(toward.played)
    #expect(report.share == 0 || played.value > 0, "\(played.text)")
    #expect(report.passes <= 2.01)
    let (most, tuned) = (try #require(toward.mostNats), try #require(report.tuned))
    #expect(tuned.value <= most + 0.01)
    // Its takes are in no library, and no round is in use.
    #expect(try project.library.takes().count == before)
    #expect(try project.library.currentRound() == nil)
    #expect(try project.library.takes(ofRound: 1).count <= before)

    // What says so.
    let first = try #require(report.sentences.first)
    #expect(
      first.contains(
        report.share == 0 ? "could not move toward density" : "more of density than before"))
    #expect(try project.rounds().text.contains("round 1 was trained toward density"))
    #expect(try project.show(round: 1).text.contains("density"))

    // A round from it has the same bound.
    var next = request()
    next.start = .round(1)
    let second = try project.tune(next) { _ in true }
    #expect(second.toward?.mostNats == most)

    // It cannot be trained again, since its takes are not kept.
    #expect {
      try project.verify(round: 1) { _ in true }
    } throws: {
      "\($0)".contains("it was trained toward density, and the takes for that are not kept")
    }
  }

  @Test func awayFromAGauge() throws {
    let project = try bench.projectWithMusic()
    let report = try project.tune(request("register", strength: -1)) { _ in true }
    let toward = try #require(report.toward)
    #expect(toward.made.value < -0.5, "\(toward.made.text)")
    let played = try #require(toward.played)
    // How far it may go depends on variety, too; what is said of it does on that.
    if report.share == 0 {
      #expect(report.sentences.first?.hasPrefix("it could not move toward register") == true)
    } else {
      #expect(played.value < 0, "\(played.text)")
      #expect(report.sentences.first?.contains("less of register than before") == true)
    }
  }

  @Test func aRoundThatIsStoppedLeavesAnUnfinishedOneAsItWas() throws {
    let project = try bench.projectWithMusic()
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { progress in
      !progress.activity.hasPrefix("tuning") || progress.done < 1000
    }
    #expect(project.models.hasUnfinished)
    #expect(throws: RoundsError.stoppedToward) {
      try project.tune(request()) { !$0.activity.hasPrefix("tuning") }
    }
    #expect(throws: RoundsError.stoppedToward) {
      try project.tune(request()) { !$0.activity.hasPrefix("playing toward") }
    }
    #expect(try project.library.rounds().count == 1)
    var resume = TuneRequest(settings: Bench.quickSettings)
    resume.resume = true
    #expect(try project.tune(resume) { _ in true }.round == 2)
  }

  @Test func aGaugeThatFailsInTheEndLeavesNothing() throws {
    let project = try bench.projectWithMusic()
    // It answers for as long as a file is there.
    let alive = bench.folder.appending(path: "alive")
    try Data().write(to: alive)
    let program = bench.folder.appending(path: "gauge.sh")
    try Data(
      "while read -r line; do [ -e \(alive.plainPath) ] || exit 3; echo ${#line}; done".utf8
    ).write(to: program)
    #expect(throws: WorkbenchError.self) {
      try project.tune(request(program.plainPath)) { now in
        if now.activity.hasPrefix("tuning") { try? FileManager.default.removeItem(at: alive) }
        return true
      }
    }
    #expect(try project.library.rounds().isEmpty)
    let files = try FileManager.default.contentsOfDirectory(atPath: project.models.folder.plainPath)
    #expect(!files.contains { $0.hasPrefix("round-") || $0.hasPrefix("unfinished") }, "\(files)")
  }

  @Test func whatCannotBeTrainedTowardIsSaidBeforeTraining() throws {
    let project = try bench.projectWithMusic()
    for (gauge, cause) in [("shimer", "neither a file nor one of"), ("/", "it is a folder")] {
      #expect {
        try project.outlook(request(gauge))
      } throws: {
        "\($0)".contains(cause)
      }
    }
    #expect(throws: WrongValue.self) { try project.tune(request(strength: 3.5)) { _ in true } }
    #expect(try project.library.rounds().isEmpty)
    let outlook = try project.outlook(request())
    #expect(outlook.text.contains("toward"), "\(outlook.text)")
    #expect(outlook.text.contains("density: takes that it plays itself, a third of what it"))
  }

  @Test func theWayIsBoundedByHeldOutPlayingAndVariety() throws {
    let project = try bench.projectWithMusic()
    let music = TakeMusic(project.library)
    _ = try project.library.chooseHeldOut(music)
    var settings = request().settingsToUse
    settings.passes = 1
    let plan = try TunePlan(of: project.library, music, settings: settings)
    let takes = try plan.takes.map { try music.music(of: $0).notes }
    func share(mostNats: Double?, variety: @escaping (Int) -> Double) throws -> Double? {
      var looks = 0
      let toward = TowardTraining(
        aim: 10, takes: takes, unsteered: takes.reversed(), weight: 0.5, mostNats: mostNats
      ) { _ in
        looks += 1
        var found = Variety(of: [])
        found.distinctGrams = variety(looks)
        return .init(spreads: Estimate(value: Double(looks), standardError: nil), variety: found)
      }
      let base = try project.resolve(.base).weights()
      return try RoundTraining(
        plan, of: music, base: base, parent: nil, template: "tiny", precision: .float32,
        minutes: nil, toward: toward
      ).run { _ in true }.training.share
    }
    #expect(try share(mostNats: 100) { _ in 1 } == 3)
    // The first look is at the start, and the third at the second factor.
    #expect(try share(mostNats: 100) { $0 < 4 ? 1 : 0.5 } == 0.5)
    #expect(try share(mostNats: 0) { _ in 1 } == 0)
  }

  @Test func aSimulationTowardAGaugeGoesOnFromRoundToRound() throws {
    var simulation = Simulation()
    simulation.rounds = 2
    simulation.minutes = 1.5
    simulation.passes = 1
    simulation.varietyMinutes = 0.2
    simulation.measuredMinutes = 2
    simulation.toward = Toward("density")
    simulation.extent = Self.extent
    let report = try simulation.run(
      from: bench.home.template(named: "tiny"), in: bench.folder.plainPath + "/simulated"
    ) { _ in true }
    #expect(report.rounds.map(\.round) == [1, 2])
    #expect(report.rounds[0].toward?.value == 0)
    #expect(report.rounds[1].toward != nil)
    #expect(report.text.contains("| toward |"))
  }
}
