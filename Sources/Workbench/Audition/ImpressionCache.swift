import Disk
import Foundation
import Library
import Network
import Player
import Rounds
import Work

/// A cache of a model's impressions of takes, kept from one audition to the next.
///
/// It is a file in the project's `cache`, which holds only what can be made again: a file that is damaged,
/// of another model or of another version is ignored, and so is a failure to write it.
struct ImpressionCache: Codable, Hashable {
  /// What a model computes from a take.
  struct Impression: Codable, Hashable {
    /// The negative log-likelihood of the take, in nats, summed over its events.
    var nats: Double
    /// Events that were scored.
    var events: Int
    /// The model's mean output, as ``PredictedTaste/outputs(_:)`` projects it.
    var outputs: [Double]

    fileprivate var isSound: Bool {
      // Each output is a sum of at most a few thousand numbers between −1 and 1.
      nats.isFinite && events >= 0 && outputs.count == PredictedTaste.outputCount
        && outputs.allSatisfy { abs($0) < 1e6 }
    }
  }

  /// The version of what is stored; to be raised whenever that changes.
  private var version = Self.version
  /// The digest of the model's weights.
  private var model: String
  /// The impressions, by the digest of the take's tokens.
  private var impressions: [String: Impression] = [:]

  private static let version = 1
  /// The maximum number of impressions, some 300 bytes each; above it, only those asked for last are kept.
  private static let mostKept = 10_000

  /// Reads the cache of the model with this digest from `file`; empty if there is none that can be used.
  init(of model: String, in file: URL) {
    if let bytes = file.bytes, bytes < 16 << 20, let data = try? Data(contentsOf: file),
      let kept = try? JSONDecoder().decode(Self.self, from: data), kept.version == Self.version,
      kept.model == model
    {
      self = kept
      impressions = impressions.filter(\.value.isSound)
    } else {
      self.model = model
    }
  }

  /// The model's impressions of takes, in their order; it reads only those that are not in the cache.
  ///
  /// - Parameters:
  ///   - takes: The takes' token numbers.
  ///   - hear: Lets the model read takes, and returns its impressions in their order.
  /// - Returns: The impressions, and whether the cache has changed.
  mutating func impressions(
    of takes: [[UInt16]], hearing hear: ([[UInt16]]) throws -> [SequenceImpression]
  ) rethrows -> (impressions: [Impression], hasLearned: Bool) {
    let keys = takes.map(Self.key)
    let new = Dictionary(zip(keys, takes)) { first, _ in first }
      .filter { impressions[$0.key] == nil }.sorted { $0.key < $1.key }
    guard !new.isEmpty else { return (keys.compactMap { impressions[$0] }, false) }
    var heard = impressions
    for (take, impression) in zip(new, try hear(new.map(\.value))) {
      heard[take.key] = Impression(
        nats: impression.score.nats, events: impression.score.events,
        outputs: PredictedTaste.outputs(impression.meanOutput))
    }
    let asked = Set(keys)
    impressions = heard.count <= Self.mostKept ? heard : heard.filter { asked.contains($0.key) }
    return (keys.compactMap { heard[$0] }, true)
  }

  /// Writes the cache to `file`, if that is possible.
  func keep(in file: URL) {
    try? file.deletingLastPathComponent().makeFolder()
    if let data = try? JSONEncoder().encode(self) { try? Draft.write(data, to: file) }
  }

  private static func key(of tokens: [UInt16]) -> String {
    Digest.sha256(of: tokens.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
  }
}

extension Project {
  /// The folder of files that can be made again at any time.
  var cache: URL { folder.appending(path: "cache", directoryHint: .isDirectory) }

  /// The impressions of takes by the model in use, in their order.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`, `NetworkError`.
  func impressions(of takes: [[UInt16]], progress: @escaping ProgressHandler) throws
    -> [ImpressionCache.Impression]
  {
    let model = try resolve(.current)
    let file = cache.appending(path: "heard-ahead.json")
    var heard = ImpressionCache(of: try model.digest(), in: file)
    let (impressions, hasLearned) = try heard.impressions(of: takes) {
      try Model(file: model.file, precision: nil)
        .impressions(of: $0, activity: "listening ahead", progress: progress)
    }
    if hasLearned { heard.keep(in: file) }
    return impressions
  }
}
