import Foundation
import Library
import MIDI
import Plot
import Synth
import Work

extension Project {
  /// The maximum number of seconds of a take that is shown and heard in a report: a page that is sent to a
  /// friend must stay small.
  private static let mostSeconds = 120.0

  /// Seconds of a primer that are drawn: on a telephone's narrow screen most of the room is for the take.
  private static let primerSeconds = 2.0

  /// The takes that are asked for, or the newest that were not discarded.
  private func takes(for request: ReportRequest) throws -> [TakeSummary] {
    guard request.chosen.isEmpty else { return try request.chosen.map { try summary(of: $0) } }
    // Kept takes first, then others, newest first; of what was only played to be compared blind, nothing.
    let takes = try library.takes(matching: TakeQuery()).filter {
      $0.judgement == .keep || $0.judgement == nil && $0.sessionName != BlindTest.sessionName
    }
    let own = takes.filter { $0.origin == .played }.prefix(request.takes / 3)
    let made =
      takes.filter { $0.origin != .played && $0.judgement == .keep }
      + takes.filter { $0.origin != .played && $0.judgement == nil }
    let shown = own + made.prefix(request.takes - own.count)
    let more = takes.filter { take in !shown.contains { $0.number == take.number } }
    return (shown + more.prefix(request.takes - shown.count)).sorted { $0.number > $1.number }
  }

  /// A take's title for readers who do not know the project: its piece or who plays it, and the day.
  private func title(of take: TakeSummary) -> String {
    let day = Readable.day(take.startedAt)
    guard let made = take.generation else {
      let piece = take.source.map { ($0.name as NSString).deletingPathExtension }
      return "\(piece ?? take.sessionName), \(day)"
    }
    let player = made.round.map { "Round \($0)" } ?? (made.model == "base" ? "The base" : "A model")
    let primer = made.primerTake.map { " goes on from take \($0)" }
    return "\(player)\(primer ?? (made.primer == nil ? "" : " goes on from a file")), \(day)"
  }

  /// Adds the takes to a page, each with its sound and its piano roll.
  func addTakes(
    to page: inout ReportPage, _ request: ReportRequest, _ result: inout ReportResult,
    progress: @escaping ProgressHandler
  ) throws {
    let takes = try takes(for: request)
    guard !takes.isEmpty else { return page.paragraph("No takes.") }
    let soundFont: SoundFont?
    do {
      soundFont = try request.sound.findSoundFont()
    } catch let error as SynthError where request.sound.soundFont == nil {
      // A report without sound is better than none.
      soundFont = nil
      result.remarks.append("the takes can be seen and not heard: \(error.description)")
      result.soundRemedy = Remedy(for: error)
    }
    let start = ContinuousClock.now
    for (index, take) in takes.enumerated() {
      var sound: Data?
      if let soundFont, take.noteCount > 0 {
        let goesOn = { (share: Double) in
          progress(
            WorkProgress(
              activity: "rendering", done: Double(index) + share, total: Double(takes.count),
              unit: "takes", seconds: (ContinuousClock.now - start) / .seconds(1)))
        }
        do {
          sound = try self.sound(of: take, soundFont, request.sound.sound(), progress: goesOn)
          result.sounds += 1
        } catch SynthError.noSound(let path) {
          result.remarks.append("take \(take.number) is silent with \(path)")
        }
      }
      try page.article { page in
        var roll = try pianoRoll(of: take, primerSeconds: Self.primerSeconds)
        let title = title(of: take)
        page.heading(3, title)
        page.paragraph(Self.facts(of: take), kind: "faint")
        if request.notes, let note = take.note { page.paragraph("“\(note)”") }
        if let sound { page.sound(sound, .compressed, label: title) }
        roll.title = title
        if take.generation?.primerTake == nil, roll.primer != nil { roll.primer = "a file" }
        roll.mostRows = Int(Self.mostSeconds / roll.secondsPerRow)
        page.picture(roll.picture)
      }
    }
  }

  /// A take's number, length and notes, and the verdict on it.
  private static func facts(of take: TakeSummary) -> String {
    let seconds = Double(take.nanoseconds) / 1e9
    let said =
      switch take.judgement {
      case .keep: "kept"
      case .discard: "discarded"
      case nil: take.origin == .played ? nil : "not yet judged"
      }
    return [
      "take \(take.number)",
      Readable.text(seconds: seconds)
        + (seconds > mostSeconds ? ", the first \(Readable.text(seconds: mostSeconds)) here" : ""),
      Readable.count(take.noteCount, "note"), said, take.rating.map { "rated \($0) of 5" },
      take.heldOut ? "held out for judging" : nil,
    ].compactMap(\.self).joined(separator: " · ")
  }

  /// The sound of a take's first ``mostSeconds``, compressed.
  private func sound(
    of take: TakeSummary, _ soundFont: SoundFont, _ sound: Sound,
    progress: (Double) -> Bool
  ) throws -> Data {
    let events = try library.events(of: take.number)
      .prefix { $0.nanoseconds <= Int64(Self.mostSeconds * 1e9) }
    return try Rendering(Array(events), soundFont: soundFont, sound: sound)
      .compressed(progress: progress)
  }
}

extension Rendering {
  /// The sound as it is embedded in pages.
  ///
  /// - Throws: `SynthError`.
  func compressed(progress: (Double) -> Bool) throws -> Data {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "woodshed-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    // Less than the default: a page is sent to friends.
    try write(to: file, as: .compressed, quality: 0.35, progress: progress)
    return try Data(contentsOf: file)
  }
}
