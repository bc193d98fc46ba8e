import Disk
public import Foundation
import Library
import Rounds

/// A model that was asked for by a name, found on the disk and held against its record.
public struct ResolvedModel: Hashable, Sendable {
  /// Its name with "current" settled: the base, a round, or a file.
  public var name: ModelName
  /// The file of its weights.
  public var file: URL
  /// The digest that the weights were held against; `nil` for a file that no record names.
  private var knownDigest: String?

  /// Its number, where it is a round.
  public var round: Int? {
    guard case .round(let number) = name else { return nil }
    return number
  }

  /// "the base", "round 2", or the file's name.
  public var shownName: String { name.shown }

  /// SHA-256 of its weights.
  ///
  /// - Throws: `LibraryError` when the file cannot be read.
  func digest() throws -> String { try knownDigest ?? Digest.sha256(ofFileAt: file) }

  /// Its weights, with the digest that they have.
  ///
  /// - Throws: `LibraryError` when the file cannot be read.
  func weights() throws -> WeightsFile { WeightsFile(file, digest: try digest()) }

  /// A file that no project need know, and that is not looked at yet.
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
  /// The name of a model with "current" settled: the round in use, or the base while there is none.
  ///
  /// - Throws: `LibraryError`.
  func settled(_ name: ModelName) throws -> ModelName {
    guard name == .current else { return name }
    return try library.currentRound().map { .round($0.number) } ?? .base
  }

  /// Finds the weights of a model and holds them against the digest in its record.
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
      // A project of an older woodshed that has no round yet: from now on it is known. One that
      // cannot be written is no reason not to play.
      try? noteBase(weights.digest)
      return ResolvedModel(.base, weights)
    }
    guard weights.digest == known else {
      throw WorkbenchError.weightsChanged(path: models.base.plainPath)
    }
    return ResolvedModel(.base, weights)
  }

  /// The digest that the base should have: as it was noted when the project was made, or as the first
  /// round that was tuned from it noted it; nil when neither is there.
  func knownBaseDigest() throws -> String? {
    try library.digest(ofModelFile: models.base.lastPathComponent)
      ?? library.rounds().first { $0.parent == nil && $0.parentDigest != nil }?.parentDigest
  }

  /// Notes the digest that the base has.
  func noteBase(_ digest: String) throws {
    try library.note(digest: digest, ofModelFile: models.base.lastPathComponent)
  }
}

extension ModelName {
  /// "the base", "round 2", or the file's name.
  var shown: String { self == .base ? "the base" : text }

  /// The model of this name; `project` is asked for only when the name needs one.
  ///
  /// - Throws: What ``Project/resolve(_:)`` and `project` throw.
  public func resolved(in project: () throws -> Project) throws -> ResolvedModel {
    guard case .file(let path) = self else { return try project().resolve(self) }
    return ResolvedModel(file: path)
  }
}

extension Template {
  /// The base that the template brings, held against the digest that it should have.
  ///
  /// - Throws: ``WorkbenchError/weightsChanged(path:)``, or what reading the file throws.
  public func base() throws -> ResolvedModel {
    ResolvedModel(.base, WeightsFile(try checkedWeights(), digest: settings.sha256))
  }
}
