import Disk
import Foundation
import Library
import Player
import Rounds

// The checks of a project, part by part.

extension Project {
  /// The faults of the library and of the files of models.
  func libraryAndModelFindings() throws -> [Finding] {
    try library.faults().map(Finding.init) + modelFindings()
  }

  /// The faults of the files of models: missing ones, and ones that are not as they were written.
  func modelFindings() throws -> [Finding] {
    var findings: [Finding] = []
    let template = try? Home.find(from: folder).template(named: settings.template)
    if let finding = try baseFinding(template) { findings.append(finding) }
    do {
      _ = try readBaseGrams()
    } catch {
      findings.append(Finding(.model, "models/base.grams is damaged: copies are not noticed by it"))
    }
    // A record that cannot be read is reported with the library's faults.
    let rounds = (try? library.rounds()) ?? []
    let current = try? library.currentRound()?.number
    for round in rounds {
      guard let name = round.weightsFile else { continue }
      let file = models.folder.appending(path: name)
      let title = "models/\(name), the weights of round \(round.number),"
      if !file.isFile {
        findings.append(
          Finding(
            .model,
            round.number == current
              ? "\(title) is gone, and the round is in use: restore it from a backup"
              : "\(title) is gone",
            round.number == current ? nil : .forgetWeights(round: round.number),
            advice: round.number == current ? .useBase : nil))
      } else if try Digest.sha256(ofFileAt: file) != round.weightsDigest {
        findings.append(
          Finding(.model, "\(title) is not what was written: restore it from a backup"))
      }
    }
    return findings
  }

  private func baseFinding(_ template: Template?) throws -> Finding? {
    let name = models.base.lastPathComponent
    let known = try? knownBaseDigest()
    // Only the identical file is a remedy.
    let remedy: Finding.Mending? = template.flatMap { template in
      template.settings.sha256 == known && (try? template.checkedWeights()) != nil
        ? .copyFromTemplate(
          from: template.folder.appending(path: template.settings.weights), to: models.base) : nil
    }
    guard models.base.isFile else {
      return Finding(.model, "models/\(name), the base, is gone", remedy)
    }
    guard let known, try Digest.sha256(ofFileAt: models.base) != known else { return nil }
    return Finding(.model, "models/\(name), the base, is not what was written", remedy)
  }

  /// Files that a killed process has left, and files among the models that do not belong to the project.
  ///
  /// - Parameter isTuning: Whether a round is being trained; its weights are written before its record, so
  ///   the models are then not checked.
  func strayFiles(isTuning: Bool) throws -> [Finding] {
    var findings: [Finding] = []
    let places = ["exports", Self.deletedFolder].map { folder.appending(path: $0) }
    for place in [folder, models.folder, cache] + places {
      for name in place.fileNames where Draft.isLeftover(place.appending(path: name)) {
        let file = place.appending(path: name)
        findings.append(Finding(.file, "\(path(of: file)) was never finished", .remove(file)))
      }
    }
    guard !isTuning, let rounds = try? library.rounds() else { return findings }
    let named = Set(rounds.compactMap(\.weightsFile))
    let known = Set(
      ([models.base, models.baseGrams] + models.unfinishedFiles).map(\.lastPathComponent))
    for name in models.folder.fileNames
    where !named.contains(name) && !known.contains(name) && !Draft.isDraft(named: name) {
      let file = models.folder.appending(path: name)
      if name.wholeMatch(of: #/round-\d+\.safetensors/#) != nil {
        findings.append(
          Finding(.file, "\(path(of: file)) are weights that no round names", .setAside(file)))
      } else if !isModelOfTheMusicians(file) {
        findings.append(
          Finding(.file, "\(path(of: file)) belongs to nothing", .setAside(file)))
      }
    }
    return findings
  }

  /// The number of the project's own files of models that exist: its base and its rounds' weights.
  var knownModelFiles: Int {
    let rounds = ((try? library.rounds()) ?? []).compactMap(\.weightsFile)
    return Set(rounds + [models.base.lastPathComponent])
      .count { models.folder.appending(path: $0).isFile }
  }

  /// Files of weights that the musician has put among the models, to be played by their path.
  func modelsOfTheMusicians() -> [URL] {
    let rounds = ((try? library.rounds()) ?? []).compactMap(\.weightsFile)
    return models.folder.fileNames
      .filter { $0 != models.base.lastPathComponent && !rounds.contains($0) }
      .filter { $0.wholeMatch(of: #/round-\d+\.safetensors/#) == nil }
      .map { models.folder.appending(path: $0) }
      .filter(isModelOfTheMusicians)
  }

  private func isModelOfTheMusicians(_ file: URL) -> Bool {
    file.pathExtension == "safetensors" && (try? Model.weights(from: file)) != nil
  }

  /// Files and folders of the project that all users may write to.
  func accessFindings() -> [Finding] {
    let files =
      [folder, models.folder] + folder.fileNames.map { folder.appending(path: $0) }
      + models.folder.fileNames.map { models.folder.appending(path: $0) }
    return files.compactMap { file in
      let attributes = try? FileManager.default.attributesOfItem(atPath: file.plainPath)
      guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o002 != 0,
        attributes?[.type] as? FileAttributeType != .typeSymbolicLink
      else { return nil }
      let name = file.plainPath == folder.plainPath ? "the project's folder" : path(of: file)
      return Finding(.access, "\(name) can be changed by anybody", .closeToOthers(file))
    }
  }

  /// A file's path relative to the project's folder.
  func path(of file: URL) -> String {
    let path = file.plainPath
    let start = folder.plainPath + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }
}
