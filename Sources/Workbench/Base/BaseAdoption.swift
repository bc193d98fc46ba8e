import Disk
import Foundation
import Library
import Network
import Player

extension Home {
  /// Copies weights into a template, in 16 bits; new projects from it begin with them.
  ///
  /// If there is no template of that name, it is made; otherwise its weights are replaced. Existing projects
  /// keep the base that they were made with.
  ///
  /// - Parameters:
  ///   - path: The file of the weights of a network that knows the 388 performance events.
  ///   - name: The template's name.
  /// - Throws: ``WorkbenchError``, `DiskError`, `CheckpointError`; the template is as it was then.
  public func adoptBase(_ path: String, asTemplate name: String) throws -> AdoptReport {
    try Project.checkName(name)
    let file = URL(named: path)
    let weights = try Model.weights(from: file)
    let folder = templates.appending(path: name, directoryHint: .isDirectory)
    let isNew = !isOwnTemplate(name)
    var settings =
      try isNew
      ? TemplateSettings(
        name: name, description: "A base of your own.", weights: "base.safetensors", sha256: "")
      : template(named: name).settings
    return try making(folder, if: isNew) {
      let old = folder.appending(path: settings.weights)
      let draft = Draft(for: old)
      let metadata = try Checkpoint.read(from: file).metadata
      try Checkpoint.write(
        weights, to: draft.url, as: .float16,
        metadata: metadata.merging([Form.key: weights.shape.form.rawValue]) { $1 })
      let digest = try Digest.sha256(ofFileAt: draft.url)
      // Reading them back finds numbers that 16 bits cannot hold, before the template is changed.
      _ = try Model.weights(from: draft.url)
      let bytes = try draft.url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      // New weights get a name of their own, so that the old ones count until template.toml names the new.
      if !isNew { settings.weights = "base-\(digest.prefix(8)).safetensors" }
      let target = folder.appending(path: settings.weights)
      try Draft.write(Data(contentsOf: draft.url), to: target)
      try Draft.write(
        Data(settings.text(sha256: digest).utf8), to: folder.appending(path: Template.fileName))
      if target != old { try? FileManager.default.removeItem(at: old) }
      let card = folder.appending(path: AdoptReport.card)
      let hasCard = card.isFile
      if !hasCard { try Draft.write(Data(AdoptReport.emptyCard(of: name).utf8), to: card) }
      return AdoptReport(
        template: name, isNew: isNew, weights: target.plainPath, bytes: bytes, sha256: digest,
        network: weights.shape.text, form: weights.shape.form.rawValue, hasCard: hasCard)
    }
  }

  /// Does `work`, after making its folder if `isNew`; removes a folder that was not there before if that
  /// fails.
  private func making<Result>(
    _ folder: URL, if isNew: Bool, _ work: () throws -> Result
  ) throws -> Result {
    let wasThere = folder.isFolder
    do {
      if isNew { try folder.makeFolder() }
      return try work()
    } catch let error as CocoaError {
      if isNew, !wasThere { try? FileManager.default.removeItem(at: folder) }
      throw WorkbenchError.fileSystem(
        action: "write", path: folder.plainPath, cause: DiskError.cause(of: error))
    } catch {
      if isNew, !wasThere { try? FileManager.default.removeItem(at: folder) }
      throw error
    }
  }
}

extension NetworkShape {
  /// "3 × 512, 7.3 million weights".
  fileprivate var text: String {
    "\(layers) × \(hidden), \(Double(parameterCount / 100_000) / 10) million weights"
  }
}

/// The result of copying weights into a template.
public struct AdoptReport: Codable, Sendable {
  static let card = "MODEL_CARD.md"

  /// The template's name.
  public var template: String
  /// Whether the template was made for these weights.
  public var isNew: Bool
  /// The path of the weights.
  public var weights: String
  /// The size of their file.
  public var bytes: Int
  /// Their SHA-256, in lower-case hexadecimal.
  public var sha256: String
  /// The network's sizes, for a person.
  public var network: String
  /// The name of the network's additional input: "plain" for none.
  public var form: String
  /// Whether there was a model card.
  public var hasCard: Bool

  static func emptyCard(of name: String) -> String {
    """
    # \(name): the base

    Nobody has written yet what these weights were trained on. Before you pass them on, say: the data
    and its licence, what the weights are for and not for, how they were trained, and how well they
    predict playing that they have never seen, in nats per event.

    """
  }
}
