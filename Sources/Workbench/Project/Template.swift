import Disk
public import Foundation
import Library

/// A template for projects: a folder in `Templates` with a base model and its description.
public struct Template: Sendable {
  static let fileName = "template.toml"

  /// The folder itself.
  public let folder: URL

  /// The settings in `template.toml`.
  public let settings: TemplateSettings

  /// Reads a template's settings.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``.
  init(folder: URL) throws {
    self.folder = folder
    let file = folder.appending(path: Self.fileName)
    settings = try TemplateSettings.read(from: file)
    guard !settings.weights.contains("/"), settings.weights != ".." else {
      throw WorkbenchError.badSettings(
        path: file.plainPath, cause: "the setting 'weights' is not the name of a file beside it")
    }
  }

  /// The file of the base model's weights, after checking them against the digest in `template.toml`.
  ///
  /// - Throws: ``WorkbenchError/weightsChanged(path:)``, or what reading the file throws.
  public func checkedWeights() throws -> URL {
    let file = folder.appending(path: settings.weights)
    try Self.requirePlain(file)
    guard try Digest.sha256(ofFileAt: file) == settings.sha256 else {
      throw WorkbenchError.weightsChanged(path: file.plainPath)
    }
    return file
  }

  /// The file of the figures (`NoteGrams`) of the music that the base was trained on, for finding copies; it
  /// is optional.
  var grams: URL { folder.appending(path: "grams.bin") }

  /// Refuses links, devices and pipes: only the template's own files may be copied into a project.
  ///
  /// - Throws: ``WorkbenchError/badSettings(path:cause:)``; nothing if the file does not exist.
  static func requirePlain(_ file: URL) throws {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.plainPath)
    guard let type = attributes?[.type] as? FileAttributeType, type != .typeRegular else { return }
    throw WorkbenchError.badSettings(
      path: file.plainPath,
      cause: "a template's files are plain files, and this is a link or device")
  }
}

/// The settings in a template's `template.toml`.
public struct TemplateSettings: Hashable, Settings {
  /// The template's name.
  public var name: String
  /// One sentence on what it is for.
  public var description: String
  /// The base model's file, beside `template.toml`.
  public var weights: String
  /// The SHA-256 of that file, in lower-case hexadecimal.
  public var sha256: String

  static let knownKeys: Set<String> = ["name", "description", "weights", "sha256"]

  /// The text of `template.toml` for these settings, with the digest of new weights.
  func text(sha256: String) -> String {
    """
    # What this template brings. MODEL_CARD.md says what the base was trained on.
    name = \(name.quotedForTOML)
    description = \(description.quotedForTOML)
    weights = \(weights.quotedForTOML)
    sha256 = \(sha256.quotedForTOML)

    """
  }
}
