import Disk
public import Foundation
import Library
import Rounds

/// A model that was found by its name; for the base or a round, its weights were checked against the digest
/// on record.
public struct ResolvedModel: Hashable, Sendable {
  /// Its name, with "current" resolved: the base, a round, or a file.
  public var name: ModelName
  /// The file of its weights.
  public var file: URL
  /// The digest that the weights were checked against; `nil` for a file without a record.
  private var knownDigest: String?

  /// Its number, if it is a round.
  public var round: Int? {
    guard case .round(let number) = name else { return nil }
    return number
  }

  /// "the base", "round 2", or the file's name.
  public var shownName: String { name.shown }

  /// The SHA-256 of its weights.
  ///
  /// - Throws: `LibraryError` when the file cannot be read.
  func digest() throws -> String { try knownDigest ?? Digest.sha256(ofFileAt: file) }

  /// The file of its weights with their digest.
  ///
  /// - Throws: `LibraryError` when the file cannot be read.
  func weights() throws -> WeightsFile { WeightsFile(file, digest: try digest()) }

  /// A model in a file outside any project; the file is not opened.
  public init(file path: String) {
    name = .file(path)
    file = URL(named: path)
  }

  init(_ name: ModelName, _ weights: WeightsFile) {
    self.name = name
    file = weights.url
    knownDigest = weights.digest
  }
}

extension Project {
  /// Resolves "current" to the round in use, or to the base if there is none; leaves other names as they are.
  ///
  /// - Throws: `LibraryError`.
  func settled(_ name: ModelName) throws -> ModelName {
    guard name == .current else { return name }
    return try library.currentRound().map { .round($0.number) } ?? .base
  }

  /// Finds the weights of a model; those of the base or a round are checked against the digest on record.
  ///
  /// - Throws: ``WorkbenchError/noSuchRound(name:)``, ``WorkbenchError/weightsRemoved(number:)``,
  ///   ``WorkbenchError/roundWithoutWeights(number:path:)``,
  ///   ``WorkbenchError/weightsChanged(path:)``, `LibraryError`.
  public func resolve(_ name: ModelName) throws -> ResolvedModel {
    switch try settled(name) {
    case .file(let path): return ResolvedModel(file: path)
    case .round(let number): return try resolve(round: number)
    case .base, .current: return try resolveBase()
    }
  }

  private func resolve(round number: Int) throws -> ResolvedModel {
    let file = models.round(number)
    guard let round = try library.round(number: number) else {
      throw WorkbenchError.noSuchRound(name: "\(number)")
    }
    guard round.weightsFile != nil else { throw WorkbenchError.weightsRemoved(number: number) }
    guard file.isFile else {
      throw WorkbenchError.roundWithoutWeights(number: number, path: file.plainPath)
    }
    let weights = try WeightsFile(hashing: file)
    guard weights.digest == round.weightsDigest else {
      throw WorkbenchError.weightsChanged(path: file.plainPath)
    }
    return ResolvedModel(.round(number), weights)
  }

  private func resolveBase() throws -> ResolvedModel {
    let weights = try WeightsFile(hashing: models.base)
    guard let known = try knownBaseDigest() else {
      // A project of an older woodshed without a round: the digest is recorded now. If that fails, as in a
      // project that cannot be written to, the model can still be used.
      try? noteBase(weights.digest)
      return ResolvedModel(.base, weights)
    }
    guard weights.digest == known else {
      throw WorkbenchError.weightsChanged(path: models.base.plainPath)
    }
    return ResolvedModel(.base, weights)
  }

  /// The digest that the base should have: the one recorded when the project was made, or else by the first
  /// round that was tuned from the base; `nil` if there is neither.
  func knownBaseDigest() throws -> String? {
    try library.digest(ofModelFile: models.base.lastPathComponent)
      ?? library.rounds().first { $0.parent == nil && $0.parentDigest != nil }?.parentDigest
  }

  /// Records the digest of the base.
  func noteBase(_ digest: String) throws {
    try library.note(digest: digest, ofModelFile: models.base.lastPathComponent)
  }
}

extension ModelName {
  /// "the base", "round 2", or the file's name.
  var shown: String { self == .base ? "the base" : text }

  /// The model of this name; `project` is called only if the name needs a project.
  ///
  /// - Throws: What ``Project/resolve(_:)`` and `project` throw.
  public func resolved(in project: () throws -> Project) throws -> ResolvedModel {
    guard case .file(let path) = self else { return try project().resolve(self) }
    return ResolvedModel(file: path)
  }
}

extension Template {
  /// The template's base, after checking its weights against the digest that they should have.
  ///
  /// - Throws: ``WorkbenchError/weightsChanged(path:)``, or what reading the file throws.
  public func base() throws -> ResolvedModel {
    ResolvedModel(.base, WeightsFile(try checkedWeights(), digest: settings.sha256))
  }
}
