import Disk
import Foundation
import Plot
import Work

/// Where and in which colours a picture is written.
public struct PictureRequest: Sendable {
  /// The colour scheme of a picture.
  public enum Scheme: String, CaseIterable, Sendable {
    /// An SVG follows its reader's preference; a PNG is light.
    case auto
    case light, dark
  }

  /// A file that ends in .svg or .png; `nil` for an SVG in the project's `exports`.
  public var to: String?
  /// The colour scheme.
  public var scheme = Scheme.auto

  /// A request for an SVG in `exports`.
  public init() {}
}

/// A picture that was written.
public struct PictureReport: Codable, Hashable, Sendable {
  /// The path of its file.
  public var path: String
  /// What it shows, in words.
  public var summary: String
}

extension Project {
  /// Writes a picture, named `name` if the request gives no file.
  ///
  /// - Throws: `WrongValue`, ``WorkbenchError``, `DiskError`; a file that was there is then unchanged.
  func writePicture(_ picture: Picture, as name: String, _ request: PictureRequest) throws
    -> PictureReport
  {
    let kinds = "a file that ends in .svg or .png"
    let file =
      try request.to.map { try URL(target: $0, mustBe: kinds) }
      ?? exports().appending(path: name + ".svg")
    let scheme: Picture.Scheme =
      switch request.scheme {
      case .auto: .automatic
      case .light: .light
      case .dark: .dark
      }
    switch file.pathExtension.lowercased() {
    case "svg":
      try file.requireFolder()
      try Draft.write(
        Data(picture.file(scheme: scheme).utf8), to: file.linksFollowed())
    case "png":
      try file.requireFolder()
      let drawn = picture.file(scheme: scheme == .dark ? .dark : .light)
      try Draft.write(PNG.bytes(ofSVG: drawn, for: file), to: file.linksFollowed())
    default:
      throw WrongValue(.to, request.to ?? "", mustBe: kinds)
    }
    return PictureReport(
      path: file.plainPath, summary: "\(picture.title). \(picture.description)")
  }
}

/// Converts SVG to PNG with librsvg's program `rsvg-convert`.
enum PNG {
  /// Dots per CSS pixel, so that fine print is sharp on any screen.
  private static let scale = "2"

  /// - Throws: ``WorkbenchError/fileSystem(action:path:cause:)`` if `rsvg-convert` is missing or fails.
  static func bytes(ofSVG text: String, for file: URL) throws -> Data {
    let drawing = FileManager.default.temporaryDirectory
      .appending(path: "woodshed-\(UUID().uuidString).svg")
    defer { try? FileManager.default.removeItem(at: drawing) }
    try Draft.write(Data(text.utf8), to: drawing)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["rsvg-convert", "-z", scale, "-f", "png", drawing.plainPath]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let bytes: Data
    do {
      try process.run()
      bytes = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
    } catch {
      throw missing(for: file)
    }
    guard process.terminationStatus == 0, !bytes.isEmpty else { throw missing(for: file) }
    return bytes
  }

  private static func missing(for file: URL) -> WorkbenchError {
    .fileSystem(
      action: "write", path: file.plainPath,
      cause: "a PNG needs rsvg-convert; install the package librsvg2-bin, or write an .svg")
  }
}
