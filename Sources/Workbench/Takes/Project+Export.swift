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

extension Project {
  /// Writes takes as Standard MIDI Files, with every raw event that the library keeps.
  ///
  /// - Parameters:
  ///   - names: The takes.
  ///   - origin: All takes of this origin besides.
  ///   - place: For one take, a file that ends in .mid or .midi; else a folder; `nil` for the project's
  ///     `exports`.
  /// - Throws: ``WorkbenchError``, `WrongValue`, `LibraryError`, `DiskError`; files written before stay.
  public func export(_ names: [TakeName], origin: TakeFilter.Origin?, to place: String?) throws
    -> ExportReport
  {
    let takes = try takes(named: names, origin: origin)
    let target = try exportTarget(place, of: takes.count)
    return ExportReport(
      files: try takes.map { take in
        let name = "take-\(take.number)-\(TakeFilter.Origin(take.origin).rawValue).mid"
        let file = target.isFile ? target.url : target.url.appending(path: name)
        try Draft.write(midiFile(of: take), to: file.linksFollowed())
        return .init(take: take.number, path: file.plainPath)
      })
  }

  /// The Standard MIDI File of one take, for who has a place of their own for it.
  ///
  /// - Throws: ``WorkbenchError``, `WrongValue` where it is not one take, `LibraryError`.
  public func midiFile(of names: [TakeName], origin: TakeFilter.Origin?) throws -> Data {
    let takes = try takes(named: names, origin: origin)
    guard takes.count == 1 else {
      throw WrongValue(.to, "-", mustBe: "a folder, as there is not one take but \(takes.count)")
    }
    return try midiFile(of: takes[0])
  }

  private func midiFile(of take: TakeSummary) throws -> Data {
    Data(
      StandardMIDIFile.bytes(
        of: try library.events(of: take.number), name: "\(settings.name), take \(take.number)",
        text: TakeMark(of: take, project: settings.name).text))
  }

  /// The takes of these names and of this origin, none of them twice.
  private func takes(named names: [TakeName], origin: TakeFilter.Origin?) throws -> [TakeSummary] {
    var takes = try names.map { try summary(of: $0) }
    if let origin {
      takes += try library.takes(matching: TakeQuery(origin: origin.stored))
        .sorted { $0.number < $1.number }
    }
    var done: Set<Int64> = []
    return takes.filter { done.insert($0.number).inserted }
  }

  /// Where so many takes go: a file for one, or a folder, which is there then.
  private func exportTarget(_ path: String?, of takes: Int) throws -> (url: URL, isFile: Bool) {
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
    guard takes == 1 else {
      throw WrongValue(.to, path, mustBe: "a folder, as there is not one take but \(takes)")
    }
    try place.requireFolder()
    return (place, true)
  }

  /// The project's own folder for what it writes when no place is named, made where it is missing.
  func exports() throws -> URL {
    let folder = folder.appending(path: "exports", directoryHint: .isDirectory)
    try folder.makeFolder()
    return folder
  }
}
