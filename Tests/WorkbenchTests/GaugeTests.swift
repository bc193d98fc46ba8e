import Disk
import Foundation
import Glibc
import Library
import MIDI
import Player
import Testing

@testable import Workbench

/// Programs, queries and names that say how much of something music has.
@Suite struct GaugeTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
  }

  /// Writes a gauge; gives back its path.
  private func file(_ name: String, _ text: String) throws -> String {
    let file = bench.folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.plainPath
  }

  private func gauge(_ name: String, like reference: [Note]? = nil) throws -> Gauge {
    try Gauge(named: name) { _ in try #require(reference) }
  }

  private static let music = [
    GaugedMusic([
      Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000),
      Note(pitch: 67, velocity: 80, start: 1_000_500_000, end: 12_345_600_000),
    ]), GaugedMusic([]),
  ]

  /// What is wrong with a gauge, once it is asked.
  private func cause(_ name: String, _ music: [GaugedMusic] = music) -> String {
    do {
      let gauge = try gauge(name)
      defer { gauge.end() }
      return "gave \(try gauge.values(of: music))"
    } catch WorkbenchError.badGauge(name, let cause) {
      return cause
    } catch {
      return "threw \(error)"
    }
  }

  // MARK: - What a gauge reads and answers

  @Test func aLineHasTheNotesInSeconds() {
    #expect(
      String(decoding: Self.music[0].jsonLine(id: 7), as: UTF8.self)
        == "{\"id\":7,\"seconds\":12.346,\"new\":0.346,\"notes\":"
        + "[[0.0,0.5,60,64],[1.001,12.346,67,80]],\"pedal\":[]}\n")
    #expect(
      String(decoding: GaugedMusic([], upTo: 3).jsonLine(id: 0), as: UTF8.self)
        == "{\"id\":0,\"seconds\":6.0,\"new\":2.0,\"notes\":[],\"pedal\":[]}\n")
  }

  @Test func musicUpToABoundaryEndsThere() {
    let music = GaugedMusic(Self.music[0].notes, upTo: 1)
    #expect(music.notes.map(\.end) == [500_000_000, 2_000_000_000])
    #expect((music.seconds, music.newSeconds) == (2, 2))
    #expect(GaugedMusic(Self.music[0].notes, upTo: 6).notes.map(\.end).last == 12_000_000_000)
  }

  @Test func aProgramIsStartedOnceAndAnswersInEitherForm() throws {
    let path = try file(
      "count.sh",
      """
      echo started >> \(bench.folder.plainPath)/starts
      n=0
      while read -r line; do
        n=$((n + 1))
        if [ $((n % 2)) = 1 ]; then echo "$n.5"; else echo "{\\"id\\":$((n - 1)),\\"score\\":$n}"; fi
      done
      """)
    let gauge = try gauge(path)
    #expect(try gauge.values(of: Self.music) == [1.5, 2])
    #expect(try gauge.values(of: [Self.music[0]]) == [3.5])
    #expect(try gauge.values(of: []) == [])
    gauge.end()
    let starts = try String(contentsOf: bench.folder.appending(path: "starts"), encoding: .utf8)
    #expect(starts == "started\n")
  }

  /// More than a pipe holds in both directions: the program answers before it has read all.
  @Test func aLargeBatchDoesNotBlock() throws {
    let notes = (0..<2500).map { index in
      let start = Int64(index) * 10_000_000
      return Note(pitch: 60, velocity: 64, start: start, end: start + 5_000_000)
    }
    let path = try file("long.sh", "while read -r line; do printf '%0200000d\\n' 3; done")
    let values = try gauge(path).values(of: Array(repeating: GaugedMusic(notes), count: 8))
    #expect(values == Array(repeating: 3, count: 8))
  }

  @Test func aQueryAndABuiltInNameAreGauges() throws {
    let sql = try file("high.sql", "SELECT coalesce(max(pitch), 0) FROM note")
    #expect(try gauge(sql).values(of: Self.music) == [67, 0])
    #expect(try gauge("density").values(of: Self.music).map { ($0 * 1000).rounded() } == [162, 0])
    for name in Toward.builtInNames where name != "like" {
      #expect(try gauge(name).values(of: Self.music).allSatisfy(\.isFinite))
    }
    let like = try gauge("like:12", like: Self.music[0].notes)
    let near = try like.values(of: [Self.music[0], Self.music[1]])
    #expect(near[0] > near[1])
  }

  @Test func whatAGaugeComparesWithComesFirst() throws {
    let path = try file(
      "like.sh",
      """
      while read -r line; do
        case $line in *'"reference":true'*) seen=$((seen + 1)) ;; esac
        echo "$seen"
      done
      """)
    let gauge = try gauge(path + ":12", like: Self.music[0].notes)
    #expect(try gauge.values(of: Self.music) == [1, 1])
    gauge.end()
    let other = try self.gauge(path + ":12", like: [Self.music[0].notes[0]])
    #expect(gauge.digest != other.digest)
  }

  // MARK: - What may be wrong

  @Test func whatIsNoGaugeIsSaid() throws {
    #expect(cause(bench.folder.plainPath) == "it is a folder")
    #expect(cause(bench.folder.plainPath + "/none.py") == "there is no such file")
    #expect(cause("shimer").hasPrefix("it is neither a file nor one of density, register, "))
    #expect(cause(try file("plain", "hm")) == "it is not executable; chmod +x makes it so")
    #expect(cause("/dev/null") == "it is no plain file")
    #expect(cause("like").hasPrefix("say what it should be like: "))
    #expect(cause(try file("a.sql", "ATTACH 'x' AS y")).hasPrefix("it may only read the notes"))
    #expect(cause(try file("b.sql", "SELECT avg(pitch) FROM note")).hasPrefix("it gives NULL"))
    let garbage = try file("garbage", "\u{1}\u{2}\u{3}")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: garbage)
    #expect(cause(garbage).hasPrefix("the system cannot run it; "), "\(cause(garbage))")
  }

  @Test(arguments: [
    ("echo hm >&2; exit 3", "it ended, with status 3, after 0 of 2 answers; it said: hm"),
    ("read -r a; echo 1; exit", "it ended, with status 0, after 1 of 2 answers"),
    ("read -r a; kill -9 $$", "it was ended by signal 9 after 0 of 2 answers"),
    ("exec </dev/null >/dev/null; sleep 20", "it closed its output after 0 of 2 answers"),
    (
      "cat", "it answered \"{\"id\":0,\"seconds\":12.346,\"new\":0.346,\"notes\":[[0.0,0.5,60,64…\""
    ),
    ("read -r a; echo nan; cat", "it answered \"nan\", and must answer a number or "),
    ("read -r a; echo -inf; cat", "it answered \"-inf\", and must "),
    ("read -r a; echo; cat", "it answered with nothing, and must "),
    ("read -r a; echo '{\"id\":5,\"score\":1}'; cat", "it answered line 5 when line 0 was next"),
    (
      "read -r a; echo '{\"id\":0,\"score\":NaN}'; cat",
      "it answered \"{\"id\":0,\"score\":NaN}\", and must "
    ),
    ("read -r a; head -c 3000000 /dev/zero; cat", "it answered with a line that does not end"),
  ])
  func aProgramThatFailsIsSaidToInASentence(script: String, says: String) throws {
    let said = cause(try file("bad.sh", script))
    #expect(said.hasPrefix(says), "\(said)")
  }

  @Test func aProgramThatAnswersTooMuchIsSaidTo() throws {
    let path = try file("more.sh", "yes 1")
    let gauge = try gauge(path)
    #expect(try gauge.values(of: Self.music) == [1, 1])
    #expect(
      throws: WorkbenchError.badGauge(
        name: path, cause: "it answered more than it was asked \"1\"")
    ) {
      try gauge.values(of: Self.music)
    }
  }

  /// The first batch may take long, the next may not; and nothing of it is left running.
  @Test func aProgramThatHangsIsKilledWithWhatItStarted() throws {
    let pids = bench.folder.appending(path: "pids").plainPath
    let script = """
      trap '' TERM
      echo $$ > \(pids)
      sleep 0.6
      read -r a; echo 1
      sleep 60 & echo $! >> \(pids)
      echo "still warming up" >&2
      wait
      """
    let program = try GaugeProgram(
      ["/bin/sh", try file("hangs.sh", script)], secondsABatch: 0.3)
    #expect(try program.values(of: [Self.music[0]]) == [1])
    let error = #expect(throws: GaugeProgram.Failure.self) {
      try program.values(of: Self.music)
    }
    #expect(error?.cause.contains("it gave 0 of 2 answers in 0 s") == true, "\(error?.cause ?? "")")
    #expect(error?.cause.hasSuffix("; it said: still warming up") == true)
    for pid in try String(contentsOfFile: pids, encoding: .utf8).split(separator: "\n") {
      let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      // Whose parent has gone may be a moment in waiting for its new one.
      #expect(state == nil || state?.contains(") Z ") == true, "\(state ?? "")")
    }
  }
}

/// The unit and the forecasts of a gauge.
@Suite struct GaugeCalibrationTests {
  @Test func aLineIsThatOfLeastSquares() {
    let line = GaugeCalibration.Line(from: [0, 1, 2, 3], to: [1, 3, 5, 7])
    #expect(abs(line.slope - 2) < 1e-12 && abs(line.offset - 1) < 1e-12)
    let level = GaugeCalibration.Line(from: [4, 4, 4], to: [1, 2, 3])
    #expect(level == GaugeCalibration.Line(from: [0, 0, 0], to: [1, 2, 3]))
    #expect(level(100) == 2)
  }

  @Test func aSumAndAMeanAreForecastAlike() throws {
    // Takes of a steady density: after half of the time there are half of the notes.
    let notes = [10.0, 20, 30, 40]
    let sum = try #require(GaugeCalibration(of: notes, until: [notes.map { $0 / 2 }]))
    let mean = try #require(
      GaugeCalibration(of: notes.map { $0 / 30 }, until: [notes.map { $0 / 30 }]))
    for count in notes {
      #expect(abs(sum.forecast(count / 2, at: 1) - mean.forecast(count / 30, at: 1)) < 1e-9)
      #expect(abs(sum.forecast(count / 2, at: 1) - sum.spreads(count)) < 1e-9)
      // Beyond the last boundary its line holds on.
      #expect(sum.forecast(count / 2, at: 9) == sum.forecast(count / 2, at: 1))
    }
    #expect(sum.mean == 25)
    #expect(abs(sum.spread - (500.0 / 3).squareRoot()) < 1e-9)
    #expect(sum.forecast(25, at: nil) == 0)
  }

  @Test func aConstantGaugeHasNoUnit() {
    #expect(GaugeCalibration(of: [1, 1, 1], until: []) == nil)
    #expect(GaugeCalibration(of: [1], until: []) == nil)
  }
}

/// Takes that are steered toward a gauge.
@Suite struct TowardTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private func request(_ gauge: String, _ strength: Double) -> GenerateRequest {
    var request = GenerateRequest()
    (request.takes.count, request.takes.seconds) = (6, 6)
    request.seed = 5
    request.model = .base
    request.toward = Toward(gauge)
    request.toward?.strength = strength
    return request
  }

  @Test func aGaugeMovesWhatItMeasures() throws {
    let project = try bench.project()
    func mean(_ strength: Double) throws -> Double {
      let takes = try project.generate(request("register", strength)) { _ in true }.takes
      let spreads = takes.compactMap(\.gauge?.spreads)
      #expect(spreads.count == 6)
      return spreads.reduce(0, +) / 6
    }
    let (up, down) = (try mean(2), try mean(-2))
    #expect(up > 0.5, "\(up)")
    #expect(down < -0.5, "\(down)")
  }

  @Test func theSameSeedPlaysTheSameAgainWithAndWithoutTheCache() throws {
    let project = try bench.project()
    let file = bench.folder.appending(path: "count.sql")
    try Data("SELECT count(*) FROM note".utf8).write(to: file)
    let request = request(file.plainPath, 1)
    func notes() throws -> [[Note]] {
      try project.generate(request) { _ in true }.takes.map {
        try project.library.notes(of: $0.number)
      }
    }
    let first = try notes()
    #expect(
      FileManager.default.fileExists(atPath: project.cache.appending(path: "gauges.json").path))
    #expect(try notes() == first)
    try FileManager.default.removeItem(at: project.cache)
    #expect(try notes() == first)
    // What is damaged is made again.
    for name in ["gauges.json", "unsteered.json"] {
      try Data("{}".utf8).write(to: project.cache.appending(path: name))
    }
    #expect(try notes() == first)
  }

  @Test func aTakeKeepsTheGaugeThatItWasMadeBy() throws {
    let project = try bench.project()
    let report = try project.generate(request("density", 1)) { _ in true }
    let text = try #require(try project.library.take(report.takes[0].number)?.generation?.recipe)
    let recipe = try #require(Recipe(text))
    #expect(recipe.request == .modelTakes(request("density", 1)))
    #expect(recipe.digests["gauge"]?.count == 64)
  }

  @Test func nothingIsAddedByAGaugeThatFailsInTheMiddle() throws {
    let project = try bench.project()
    let file = bench.folder.appending(path: "tires.sh")
    // Enough for the takes that it is measured by, not for those that it steers.
    try Data("i=0; while read -r l; do i=$((i + 1)); [ $i -gt 320 ] && exit 4; echo $i; done".utf8)
      .write(to: file)
    let error = #expect(throws: WorkbenchError.self) {
      try project.generate(request(file.plainPath, 1)) { _ in true }
    }
    #expect("\(try #require(error))".contains("it ended, with status 4, after"))
    #expect(try project.library.takes().isEmpty)
  }

  @Test func aGaugeThatIsTheSameForAllIsSaidToBe() throws {
    let project = try bench.project()
    let file = bench.folder.appending(path: "one.sql")
    try Data("SELECT 1".utf8).write(to: file)
    #expect(
      throws: WorkbenchError.badGauge(
        name: file.plainPath,
        cause: "it gives all 64 unsteered takes the same, 1.0, so that there is nothing to steer by"
      )
    ) { try project.generate(request(file.plainPath, 1)) { _ in true } }
    #expect(try project.library.takes().isEmpty)
  }

  @Test func aTrialSaysWhatAGaugeGives() throws {
    let project = try bench.projectWithMusic(takes: 3)
    var trial = GaugeTrialRequest("loudness")
    (trial.takes.count, trial.takes.seconds) = (16, 4)
    let folder = bench.folder.appending(path: "ends")
    trial.to = folder.plainPath
    let report = try project.tryGauge(trial) { _ in true }
    #expect(report.unsteered.count == 16)
    #expect(report.unsteered.highest.count == 5 && report.unsteered.lowest.count == 5)
    #expect(report.unsteered.highest[0].value >= report.unsteered.highest[4].value)
    #expect(report.unsteered.lowest[0].value <= report.unsteered.lowest[4].value)
    #expect(report.mine?.count == 3)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.plainPath).count == 10)
    #expect(try project.library.takes().count == 3)
    // What a model has made does not come back as played.
    let back = try project.importFiles(at: [folder.plainPath]) { _ in true }
    #expect(back.added == 10)
    #expect(try project.library.takes(matching: TakeQuery(origin: .played)).count == 3)
  }

  @Test func theShippedGaugesWork() throws {
    let project = try bench.projectWithMusic(takes: 2)
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Templates/gauges").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.plainPath).sorted()
    #expect(names == ["calm.sh", "like-take.py", "no-fifths.sql", "shimmer.py", "wide.sql"])
    for name in names {
      var trial = GaugeTrialRequest(
        folder.appending(path: name).plainPath + (name.hasPrefix("like") ? ":1" : ""))
      (trial.takes.count, trial.takes.seconds) = (8, 4)
      let report = try project.tryGauge(trial) { _ in true }
      #expect(report.unsteered.spread > 0, "\(name)")
      let gauge = try project.gauge(named: trial.gauge)
      defer { gauge.end() }
      // Silence is worth no more than the best of what is played.
      let silence = try gauge.values(of: [GaugedMusic([]), GaugedMusic([], upTo: 1)])
      let best = try #require(report.unsteered.highest.first?.value)
      #expect(silence.allSatisfy { $0 <= best }, "\(name): \(silence), \(best)")
    }
  }
}
