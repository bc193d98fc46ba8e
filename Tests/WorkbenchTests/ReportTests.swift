import Foundation
import Library
import MIDI
import Player
import Synth
import Testing
import Work

@testable import Workbench

@Suite struct ReportTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
  }

  private func text(_ result: ReportResult) throws -> String {
    try String(contentsOfFile: result.path, encoding: .utf8)
  }

  @Test func anEmptyProjectHasAReport() throws {
    let result = try bench.project().report(ReportRequest()) { _ in true }
    let page = try text(result)
    #expect(page.contains("<h1>blues</h1>"))
    #expect(page.contains("No round yet") && page.contains("No takes."))
  }

  @Test func roundsTakesAndWhatMadeWhatAreThere() throws {
    let project = try bench.projectWithMusic()
    _ = try project.tune(TuneRequest(settings: Bench.quickSettings)) { _ in true }
    var request = GenerateRequest()
    (request.takes.count, request.takes.seconds, request.seed) = (2, 5, 3)
    let made = try project.generate(request) { _ in true }
    try project.library.say(.keep(phrase: nil), of: made.takes[0].number, at: Date())
    var wanted = ReportRequest()
    wanted.takes = 3
    let page = try text(project.report(wanted) { _ in true })
    #expect(page.contains("<h3>Round 1, in use</h3>"))
    #expect(page.contains("better than the base, by "))
    #expect(page.contains("<h3>Round 1, \(Readable.day(Date()))</h3>"))
    #expect(page.contains(" · kept") && page.contains(" · not yet judged"))
    #expect(page.contains(">round 1</text>") && page.contains(">1 kept</text>"))
    #expect(page.components(separatedBy: "<article>").count == 4)
    #expect(!page.contains("<script") && !page.contains("http://www.w3.org/1999/xlink"))
  }

  @Test func whatTheLibraryHoldsIsShownAndNotObeyed() throws {
    let project = try bench.project("blues")
    let evil = "<script>alert(1)</script>\"'&"
    try project.library.add(
      [
        NewTake(
          origin: .generated, startedAt: Date(),
          events: MIDIEvent.events(
            of: [Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000)]),
          notes: [Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000)], pedalNanoseconds: 0,
          generation: .init(model: evil, seed: 1, primer: evil))
      ], to: NewSession(kind: .generation, name: evil, startedAt: Date()))
    try project.library.say(.note(evil), of: 1, at: Date())
    var request = ReportRequest()
    request.notes = true
    let page = try text(project.report(request) { _ in true })
    #expect(!page.contains("<script"))
    #expect(
      page.contains("“&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;”"))
  }

  /// A friend reads neither the musician's notes nor where their files lie, and sees no take that was discarded
  /// unless it is named.
  @Test func whatIsPrivateStaysPrivate() throws {
    let project = try bench.project("blues")
    let note = Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000)
    func take(_ generation: Generation) -> NewTake {
      NewTake(
        origin: .generated, startedAt: Date(), events: MIDIEvent.events(of: [note]), notes: [note],
        pedalNanoseconds: 0, generation: generation)
    }
    try project.library.add(
      [
        take(
          .init(model: "/home/anna/secret.safetensors", seed: 1, primer: "/home/anna/diary.mid")),
        take(.init(model: "base", seed: 2)),
      ], to: NewSession(kind: .generation, name: "made", startedAt: Date()))
    try project.library.say(.note("my worst day"), of: 1, at: Date())
    try project.library.say(.discard, of: 2, at: Date())
    let page = try text(project.report(ReportRequest()) { _ in true })
    for text in ["/home", "anna", "diary", "my worst day", bench.folder.lastPathComponent] {
      #expect(!page.contains(text), "\(text)")
    }
    #expect(page.contains("<h3>A model goes on from a file, "))
    #expect(!page.contains("<h3>The base, "))
    var request = ReportRequest()
    request.chosen = [.number(2)]
    let chosen = try text(project.report(request) { _ in true })
    #expect(chosen.contains("<h3>The base, ") && !chosen.contains("<h3>A model"))
  }

  @Test(.enabled(if: (try? SoundFont.find()) != nil, "there is no SoundFont here"))
  func takesCanBeHeard() throws {
    let project = try bench.projectWithMusic(takes: 2)
    let result = try project.report(ReportRequest()) { _ in true }
    #expect(result.sounds == 2)
    let page = try text(result)
    // "OggS" in base 64, or MP3's first frame or its tag.
    let starts =
      SoundFormat.mp3.isSupported
      ? ["audio/mpeg;base64,//", "audio/mpeg;base64,SUQz"] : ["audio/ogg;base64,T2dnU"]
    #expect(starts.contains { page.components(separatedBy: "src=\"data:\($0)").count == 3 })
  }

  @Test(.enabled(if: (try? SoundFont.find()) != nil, "there is no SoundFont here"))
  func renderNamesItsFilesAndRefusesWhatItCannotWrite() throws {
    let project = try bench.projectWithMusic(takes: 2)
    var request = RenderRequest()
    request.takes = TakeChoice([.number(1), .last])
    request.kind = .flac
    let report = try project.render(request) { _ in true }
    #expect(
      report.files.map { URL(filePath: $0.path).lastPathComponent }
        == ["take-1-played.flac", "take-2-played.flac"])
    #expect(report.files.allSatisfy { $0.seconds > 5 && $0.seconds < 25 })
    request.to = "/tmp/x.wav"
    #expect(throws: WrongValue.self) { try project.render(request) { _ in true } }
    request.takes = TakeChoice([.last])
    request.to = "/tmp/x.mp3"
    #expect(throws: WrongValue.self) { try project.render(request) { _ in true } }
    request.to = nil
    request.sound.gain = 3
    #expect(throws: WrongValue.self) { try project.render(request) { _ in true } }
    request.sound = SoundRequest()
    request.sound.soundFont = "/nowhere.sf2"
    #expect(throws: SynthError.badSoundFont(path: "/nowhere.sf2")) {
      try project.render(request) { _ in true }
    }
  }
}
