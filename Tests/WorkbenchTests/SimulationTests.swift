import Console
import Disk
import Foundation
import MIDI
import Testing
import Work

@testable import Workbench

@Suite struct SimulationTests {
  private func notes(_ pitch: UInt8, count: Int) -> [Note] {
    (0..<count).map { index in
      let start = Int64(index) * 10_000_000_000 / Int64(count)
      return Note(pitch: pitch, velocity: 64, start: start, end: start + 1_000_000)
    }
  }

  @Test func theListenerLikesItHighAndSparse() {
    #expect(Listener.liking(notes(84, count: 20)) > Listener.liking(notes(60, count: 20)))
    #expect(Listener.liking(notes(60, count: 20)) > Listener.liking(notes(60, count: 90)))
    let takes = (0..<30).map { notes(UInt8(50 + $0), count: 20) }
    let listener = Listener(keepingAThirdOf: takes)
    #expect(abs(listener.keptShare(of: takes) - 1.0 / 3) < 0.04)
  }

  @Test(arguments: [true, false])
  func aSimulationRunsItsRounds(isGuarded: Bool) throws {
    let bench = try Bench()
    var simulation = Simulation()
    simulation.rounds = 3
    simulation.minutes = 1.5
    simulation.freshMinutes = 0.2
    simulation.takes = 4
    simulation.passes = 1
    simulation.varietyMinutes = 0.2
    simulation.measuredMinutes = 0.3
    simulation.isGuarded = isGuarded
    let report = try simulation.run(
      from: bench.home.template(named: "tiny"), in: bench.folder.plainPath + "/simulated"
    ) { _ in true }
    #expect(report.rounds.map(\.round) == [1, 2, 3])
    #expect(report.rounds[0].fed == 0)
    #expect(report.rounds[2].fed > 0)
    #expect(report.rounds[2].fedShare == (isGuarded ? min(1.0 / 3, report.rounds[2].fedShare) : 1))
    #expect(report.text.split(separator: "\n").count == 6)
  }

  @Test func withoutRoundsThePianistPlaysAndThatIsAll() throws {
    let bench = try Bench()
    let template = try bench.home.template(named: "tiny")
    var simulation = Simulation()
    simulation.rounds = 0
    simulation.minutes = 1.5
    let folder = bench.folder.plainPath + "/simulated"
    let report = try simulation.run(from: template, in: folder) { _ in true }
    #expect(report.text == "the musician has played, and no round was trained")
    simulation.rounds = -1
    #expect(throws: WrongValue.self) {
      try simulation.run(from: template, in: folder + "-again") { _ in true }
    }
    #expect(!FileManager.default.fileExists(atPath: folder + "-again"))
  }
}
