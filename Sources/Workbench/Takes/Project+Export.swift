import Disk
public import Foundation
import Library
import MIDI
import Work

/// The files that an export wrote.
public struct ExportReport: Codable, Sendable {
  /// One take's file.
  public struct File: Codable, Sendable {
    /// The take's number.
    public var take: Int64
    /// Where its file is.
    public var path: String
  }

  /// Each take's file.
  public var files: [File]
}

/// Which takes to write as MIDI files, and where.
public struct ExportRequest: Sendable {
  /// The takes, each into a file of its own.
  public var takes = TakeChoice()
  /// For one take, a file that ends in .mid or .midi; else a folder; `nil` for the project's `exports`.
  public var to: String?

  /// Exports takes to `place`.
  public init(_ takes: TakeChoice = TakeChoice(), to place: String? = nil) {
    self.takes = takes
    to = place
  }
}

extension Project {
  /// Writes takes as Standard MIDI Files, with every raw event that the library keeps, none of them twice.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `DiskError`; files written before stay.
  public func export(_ request: ExportRequest) throws -> ExportReport {
    let parts = try onceEach(request)
    let target = try exportTarget(request.to, of: parts)
    return ExportReport(
      files: try parts.map { part in
        let excerpt = try excerpt(
          of: part, withPrimer: request.takes.withPrimer, doing: "export")
        let file = target.isFile ? target.url : target.url.appending(path: excerpt.name + ".mid")
        try Draft.write(midiFile(of: excerpt), to: file.linksFollowed())
        return .init(take: part.take.number, path: file.plainPath)
      })
  }

  /// The bytes of the Standard MIDI File of one take, for standard output.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue` where it is not one take, `LibraryError`.
  public func midiFile(of request: ExportRequest) throws -> Data {
    let parts = try onceEach(request)
    guard parts.count == 1 else {
      throw WrongValue(.to, "-", mustBe: Self.folder(for: parts))
    }
    return midiFile(
      of: try excerpt(of: parts[0], withPrimer: request.takes.withPrimer, doing: "export"))
  }

  /// The bytes of the Standard MIDI File of an excerpt.
  func midiFile(of excerpt: Excerpt) -> Data {
    let take = excerpt.take
    var mark = TakeMark(of: take, project: settings.name)
    // What a model made of somebody's playing is neither the one's nor the other's.
    if excerpt.hasPrimer { mark.origin = .mixed }
    return Data(
      StandardMIDIFile.bytes(
        of: excerpt.events, name: "\(settings.name), take \(take.number)", text: mark.text))
  }

  private func onceEach(_ request: ExportRequest) throws -> [ChosenPart] {
    var done: Set<String> = []
    return try chosenParts(of: request.takes, doing: "export").filter {
      done.insert("\($0.take.number) \($0.phrase ?? 0)").inserted
    }
  }

  /// What the place of several parts must be, and why.
  private static func folder(for parts: [ChosenPart]) -> String {
    let takes = Set(parts.map(\.take.number)).count
    return "a folder, as there is not one "
      + (takes > 1 ? "take but \(takes)" : "phrase but \(parts.count)")
  }

  /// The place for what was chosen: a file for one, or a folder, which is created if it is missing.
  private func exportTarget(_ path: String?, of parts: [ChosenPart]) throws
    -> (url: URL, isFile: Bool)
  {
    guard let path else { return (try exports(), false) }
    let kinds = "a folder or a file that ends in .mid"
    let place = try URL(target: path, mustBe: kinds)
    guard !place.isFolder, !path.hasSuffix("/"), !place.pathExtension.isEmpty else {
      try place.makeNamedFolder()
      return (place, false)
    }
    guard ["mid", "midi"].contains(place.pathExtension.lowercased()) else {
      throw WrongValue(.to, path, mustBe: kinds)
    }
    guard parts.count == 1 else {
      throw WrongValue(.to, path, mustBe: Self.folder(for: parts))
    }
    try place.requireFolder()
    return (place, true)
  }

  /// The project's folder `exports`, created if it is missing.
  func exports() throws -> URL {
    let folder = folder.appending(path: "exports", directoryHint: .isDirectory)
    try folder.makeFolder()
    return folder
  }
}
