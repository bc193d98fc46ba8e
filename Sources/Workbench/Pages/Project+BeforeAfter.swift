import Disk
import Foundation
import Library
import MIDI
import Player
import Plot
import Synth
public import Work

/// A request for a page on which a score is heard before and after.
public struct BeforeAfterRequest: Sendable {
  /// The score, the tempo, the seed and how it is read; its count and its model say nothing here.
  public var reading: PerformRequest
  /// The page's file; `nil` for `before-after.html` in the project's `exports`.
  public var to: String?
  /// The SoundFont and the settings of the sound.
  public var sound = SoundRequest()

  /// A page of a score: a MIDI file, a take's number, or "last".
  public init(of score: String) { reading = PerformRequest(of: score) }
}

/// The result of writing a page on which a score is heard before and after.
public struct BeforeAfterReport: Codable, Sendable {
  /// The path of the page.
  public var path: String
  /// Its size in bytes.
  public var bytes: Int
  /// Who plays on it, in order: "as written", "base", "round 2".
  public var versions: [String]
  /// The seed; the same call with it plays the same.
  public var seed: UInt64
  /// What is missing on the page, and why.
  public var remarks: [String]
  /// What can be done about a page without sound.
  package var soundRemedy: Remedy?

  private enum CodingKeys: CodingKey {
    case path, bytes, versions, seed, remarks
  }
}

extension Project {
  /// The most seconds that are heard and drawn of each version.
  private static let mostSeconds = 120.0

  /// Somebody's playing of the score.
  private struct Version {
    var name: String
    var title: String
    var remark: String
    var notes: [Note]
  }

  /// Writes one self-contained HTML page with the same notes three times, each with its sound and its piano
  /// roll: as written, by the base, and by the current round if there is one. Nothing is added to the
  /// library.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `SynthError`, `CheckpointError`,
  ///   `DiskError`; nothing is written then.
  public func beforeAfter(_ request: BeforeAfterRequest, progress: @escaping ProgressHandler) throws
    -> BeforeAfterReport
  {
    var reading = request.reading
    reading.count = 1
    try reading.check()
    try request.sound.check()
    let file =
      try request.to.map { try URL(target: $0, mustBe: "a file, such as before-after.html") }
      ?? exports().appending(path: "before-after.html")
    let target = try file.linksFollowed()
    try file.requireFolder()
    let seed = reading.seed ?? UInt64.random(in: 1...999_999)
    reading.seed = seed
    let found = try score(named: reading.score)
    var report = BeforeAfterReport(
      path: file.plainPath, bytes: 0, versions: [], seed: seed, remarks: [])
    let versions = try versions(of: found.score, reading, progress: progress)
    report.versions = versions.map(\.name)
    if versions.count < 3 {
      report.remarks.append(
        "there is no round yet, so that the page has two versions and not three")
    }
    var page = ReportPage(title: "\(found.name): before and after")
    page.heading(1, (found.name as NSString).lastPathComponent)
    page.paragraph(
      "The same \(Readable.count(found.score.noteCount, "note")) "
        + "\(versions.count == 3 ? "three times" : "twice"): nothing is added and nothing left out; "
        + "when, how loud and how long is the player's.")
    page.navigation(versions.map { ($0.name.replacing(" ", with: "-"), $0.title) })
    let soundFont = try soundFont(for: request.sound, &report)
    for version in versions {
      let sound = try soundFont.flatMap {
        try Self.sound(of: version, $0, request.sound.sound(), &report, progress: progress)
      }
      page.section(version.name.replacing(" ", with: "-"), version.title) { page in
        page.paragraph(version.remark, kind: "faint")
        if let sound { page.sound(sound, .compressed, label: version.title) }
        page.picture(Self.roll(of: version).picture)
      }
    }
    let data = Data(page.text.utf8)
    try Draft.write(data, to: target)
    report.bytes = data.count
    return report
  }

  private func versions(
    of score: Score, _ reading: PerformRequest, progress: @escaping ProgressHandler
  ) throws -> [Version] {
    let tempo = try reading.factor(for: score)
    let written = score.notes().map { note in
      var note = note
      note.start = Int64(Double(note.start) / tempo)
      note.end = Int64(Double(note.end) / tempo)
      return note
    }
    var versions = [
      Version(
        name: "as written", title: "As written", remark: "Every note as loud as the others.",
        notes: written)
    ]
    let round = try library.currentRound()?.number
    for model in [ModelName.base] + (round.map { [.round($0)] } ?? []) {
      var reading = reading
      if model == .base { reading.dial = nil }
      let chosen = try chosen(model, dial: reading.dial, precision: reading.precision)
      let takes = try readings(of: score, by: chosen, reading, progress: progress)
      versions.append(
        Version(
          name: chosen.model.shownName, title: model == .base ? "By the base" : "By you",
          remark: model == .base
            ? "A model of many pianists." : "\(chosen.model.shownName), a model of your playing.",
          notes: takes.first?.notes ?? []))
    }
    return versions
  }

  private func soundFont(for request: SoundRequest, _ report: inout BeforeAfterReport) throws
    -> SoundFont?
  {
    do {
      return try request.findSoundFont()
    } catch let error as SynthError where request.soundFont == nil {
      // A page without sound is better than none.
      report.remarks.append("the page can be seen and not heard: \(error.description)")
      report.soundRemedy = Remedy(for: error)
      return nil
    }
  }

  private static func sound(
    of version: Version, _ soundFont: SoundFont, _ sound: Sound, _ report: inout BeforeAfterReport,
    progress: @escaping ProgressHandler
  ) throws -> Data? {
    let start = ContinuousClock.now
    do {
      return try Rendering(
        MIDIEvent.events(of: version.notes).part(until: Int64(mostSeconds * 1e9)),
        soundFont: soundFont, sound: sound
      ).compressed { share in
        progress(
          WorkProgress(
            activity: "rendering \(version.name)", done: share * 100, total: 100, unit: "percent",
            seconds: (ContinuousClock.now - start) / .seconds(1)))
      }
    } catch SynthError.noSound(let path) {
      report.remarks.append("\(version.name) is silent with \(path)")
      return nil
    }
  }

  private static func roll(of version: Version) -> PianoRoll {
    let notes = version.notes.map {
      PianoRoll.Note(
        pitch: $0.pitch, velocity: $0.velocity, start: Double($0.start) / 1e9,
        end: Double($0.end) / 1e9, isOwn: false)
    }
    var roll = PianoRoll(
      title: version.title, notes: notes, seconds: notes.map(\.end).max() ?? 0)
    roll.mostRows = Int(mostSeconds / roll.secondsPerRow)
    return roll
  }
}
