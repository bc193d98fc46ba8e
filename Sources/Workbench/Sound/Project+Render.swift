import Disk
import Foundation
import Library
import Synth
public import Work

/// Which takes to make sound files of, and where.
public struct RenderRequest: Sendable {
  /// A kind of sound file.
  public enum Kind: String, CaseIterable, Sendable {
    case wav, flac, ogg, mp3
  }

  /// The takes, each into a file of its own.
  public var takes = TakeChoice()
  /// A file that ends in .wav, .flac, .ogg or .mp3, for one take; else a folder. `nil` for the project's
  /// `exports`.
  public var to: String?
  /// The kind of files; `nil` for what the file's name says, else WAV.
  public var kind: Kind?
  /// How they sound.
  public var sound = SoundRequest()

  /// Renders nothing yet.
  public init() {}
}

/// The sound files that were written.
public struct RenderReport: Codable, Sendable {
  /// One take's file.
  public struct File: Codable, Sendable {
    /// The take's number.
    public var take: Int64
    /// Where its file is.
    public var path: String
    /// Its length in seconds, what dies away after the last event included.
    public var seconds: Double
  }

  /// Each take's file.
  public var files: [File]
  /// The SoundFont that is heard.
  public var soundFont: String
  /// Seconds that it took.
  public var wallSeconds: Double
}

extension Project {
  /// Renders takes to sound files, from all their raw events.
  ///
  /// - Parameters:
  ///   - request: Which, where and how.
  ///   - progress: Is called with the progress; if it returns false, the current file is not written.
  /// - Throws: ``WorkbenchError``, `DiskError`, `LibraryError`, `SynthError`; files written before stay.
  public func render(_ request: RenderRequest, progress: @escaping ProgressHandler) throws
    -> RenderReport
  {
    let clock = ContinuousClock()
    let start = clock.now
    try request.sound.check()
    let parts = try chosenParts(of: request.takes, doing: "render")
    let soundFont = try request.sound.findSoundFont()
    let sound = try request.sound.sound()
    let (folder, name, format) = try target(of: request, takes: parts.count)
    let total = parts.reduce(0) { $0 + $1.seconds }
    var done = 0.0
    var report = RenderReport(files: [], soundFont: soundFont.file.plainPath, wallSeconds: 0)
    for part in parts {
      let excerpt = try excerpt(
        of: part, withPrimer: request.takes.withPrimer, doing: "render")
      guard !excerpt.events.isEmpty else { throw WorkbenchError.nothingToPlay(doing: "render") }
      let file = folder.appending(
        path: name ?? "\(excerpt.name).\(format.rawValue)")
      let seconds = part.seconds
      let rendered = try Rendering(excerpt.events, soundFont: soundFont, sound: sound)
        .write(to: file.linksFollowed(), as: format) { share in
          progress(
            WorkProgress(
              activity: "rendering", done: done + share * seconds, total: total,
              unit: "seconds of music", seconds: (clock.now - start) / .seconds(1)))
        }
      done += seconds
      report.files.append(
        .init(take: part.take.number, path: file.plainPath, seconds: rendered.seconds))
    }
    report.wallSeconds = (clock.now - start) / .seconds(1)
    return report
  }

  /// Where files go: a folder, one file's name if it was given, and their kind.
  private func target(of request: RenderRequest, takes: Int) throws
    -> (folder: URL, name: String?, format: SoundFormat)
  {
    let asked = request.kind.flatMap { SoundFormat(rawValue: $0.rawValue) }
    guard let to = request.to else { return (try exports(), nil, asked ?? .wav) }
    let kinds = "a folder or a file that ends in .wav, .flac, .ogg or .mp3"
    let place = try URL(target: to, mustBe: kinds)
    guard !place.isFolder, !to.hasSuffix("/"), !place.pathExtension.isEmpty else {
      try place.makeNamedFolder()
      return (place, nil, asked ?? .wav)
    }
    guard let named = SoundFormat(rawValue: place.pathExtension.lowercased()) else {
      throw WrongValue(.to, to, mustBe: kinds)
    }
    guard asked == nil || asked == named else {
      throw WrongValue(
        .to, to,
        mustBe: "a file that ends in .\((asked ?? named).rawValue), the kind that is asked for")
    }
    guard takes == 1 else {
      throw WrongValue(.to, to, mustBe: "a folder, as it is not one sound")
    }
    try place.requireFolder()
    return (place.deletingLastPathComponent(), place.lastPathComponent, named)
  }
}
