import Disk
import Foundation
import Library
import MIDI

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
  ///   - folder: Where to; `nil` for the project's `exports`.
  /// - Throws: ``WorkbenchError``, `LibraryError`, `DiskError`; files written before stay.
  public func export(_ names: [TakeName], origin: TakeFilter.Origin?, to folder: String?) throws
    -> ExportReport
  {
    var takes = try names.map { try summary(of: $0) }
    if let origin {
      takes += try library.takes(matching: TakeQuery(origin: origin.stored))
        .sorted { $0.number < $1.number }
    }
    let target =
      try folder.map {
        try URL(place: $0, for: "export takes", directoryHint: .isDirectory)
      } ?? self.folder.appending(path: "exports", directoryHint: .isDirectory)
    try Self.makeFolder(target)
    var done: Set<Int64> = []
    return ExportReport(
      files: try takes.filter { done.insert($0.number).inserted }.map { take in
        let name = "take-\(take.number)-\(TakeFilter.Origin(take.origin).rawValue).mid"
        let file = target.appending(path: name)
        let bytes = StandardMIDIFile.bytes(
          of: try library.events(of: take.number),
          name: "\(settings.name), take \(take.number)",
          text: TakeMark(of: take, project: settings.name).text)
        try Draft.write(Data(bytes), to: file)
        return .init(take: take.number, path: file.plainPath)
      })
  }
}
