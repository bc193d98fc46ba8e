import Disk
import Foundation
import Library
import Network
import Player
import Rounds
import Work

/// What a model makes of takes, remembered from one audition to the next.
///
/// It lies in the project's `cache`, where nothing is that cannot be made again: a file that is damaged,
/// of another model or of another form is passed over, and one that cannot be written is done without.
struct HeardAhead: Codable, Hashable {
  /// What a take leaves behind in a model.
  struct Impression: Codable, Hashable {
    /// How likely the model finds the take, in nats over all its events.
    var nats: Double
    /// Events that were scored.
    var events: Int
    /// The model's last outputs as ``PredictedTaste`` sees them.
    var outputs: [Double]

    fileprivate var isSound: Bool {
      // Each output is a sum of at most a few thousand numbers between −1 and 1.
      nats.isFinite && events >= 0 && outputs.count == PredictedTaste.outputCount
        && outputs.allSatisfy { abs($0) < 1e6 }
    }
  }

  /// Another choice of what is kept is another version.
  private var version = Self.version
  /// The digest of the model's weights.
  private var model: String
  /// By the digest of what the model reads of a take.
  private var impressions: [String: Impression] = [:]

  private static let version = 1
  /// Some 300 bytes each; a project with more takes that wait or were judged hears the rest again.
  private static let mostKept = 10_000

  /// What is remembered in `file` of the model with this digest.
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

  /// What the model makes of takes, in their order; it reads only those that it has not read before.
  ///
  /// - Parameters:
  ///   - takes: As token numbers.
  ///   - hear: Reads takes, and says what they leave behind, in their order.
  /// - Returns: The impressions, and whether there is more to remember than before.
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

  /// Remembers it in `file`, if that can be written.
  func keep(in file: URL) {
    try? file.deletingLastPathComponent().makeFolder()
    if let data = try? JSONEncoder().encode(self) { try? Draft.write(data, to: file) }
  }

  private static func key(of tokens: [UInt16]) -> String {
    Digest.sha256(of: tokens.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
  }
}

extension Project {
  /// The folder of what can be made again at any time.
  var cache: URL { folder.appending(path: "cache", directoryHint: .isDirectory) }

  /// What the model in use makes of takes, in their order.
  ///
  /// - Throws: ``WorkbenchError``, `LibraryError`, `CheckpointError`, `NetworkError`.
  func impressions(of takes: [[UInt16]], progress: @escaping ProgressHandler) throws
    -> [HeardAhead.Impression]
  {
    let model = try resolve(.current)
    let file = cache.appending(path: "heard-ahead.json")
    var heard = HeardAhead(of: try model.digest(), in: file)
    let (impressions, hasLearned) = try heard.impressions(of: takes) {
      try Model(file: model.file, precision: nil)
        .impressions(of: $0, activity: "listening ahead", progress: progress)
    }
    if hasLearned { heard.keep(in: file) }
    return impressions
  }
}
