import Disk
import Foundation
import MIDI
import Network
import Performance
import Player
import Rounds
public import Work

/// A request to write a corpus to disk as tokens, for training with another program.
public struct BasePackRequest: Sendable {
  /// MIDI files and folders.
  public var paths: [String] = []
  /// The folder to write, which must not hold a pack.
  public var folder = ""
  /// The number of passes to write: the first unchanged, the others augmented as in training.
  public var passes = 1
  /// The seed of the augmentation.
  public var seed: UInt64 = 1

  /// A request for one pass.
  public init() {}

  /// The maximum number of tokens in a shard, unless a single take has more: 32 MB.
  static let tokensPerShard = 16_000_000

  /// Writes the shards and the index; when `progress` returns false, it removes what it has written.
  ///
  /// - Throws: `WrongValue`, ``WorkbenchError``, `DiskError`.
  public func pack(progress: @escaping ProgressHandler) throws -> BasePackReport {
    try Setting.passes.require(passes, in: 1...1000)
    try Setting.requireSeed(seed)
    let target = try URL(target: folder, mustBe: "a folder")
    try target.requireFolder()
    let index = target.appending(path: BasePack.fileName)
    guard !index.isFile else {
      throw WorkbenchError.fileSystem(
        action: "write a pack to", path: target.plainPath, cause: "there is one already")
    }
    let (names, performances) = try BaseCorpus.read(paths)
    var pack = BasePack()
    let isNew = !target.isFolder
    var writer = ShardWriter(folder: target)
    do {
      try target.makeNamedFolder()
      let clock = ContinuousClock()
      let start = clock.now
      for pass in 0..<passes {
        let corpus = TakeCorpus(performances, seed: seed, augments: pass > 0, for: .plain)
        for (place, name) in names.enumerated() {
          let goesOn = progress(
            WorkProgress(
              activity: "packing", done: Double(pass * names.count + place),
              total: Double(passes * names.count), unit: "takes",
              seconds: (clock.now - start) / .seconds(1)))
          guard goesOn else { throw WorkbenchError.stopped(doing: "pack a corpus") }
          let tokens = corpus.tokens(at: place, pass: pass)
          guard tokens.count > 1 else { continue }
          let (shard, offset) = try writer.write(tokens)
          pack.takes.append(
            .init(source: name, pass: pass, shard: shard, offset: offset, tokens: tokens.count))
        }
      }
      try writer.finish()
      pack.shards = writer.names
      // Written last, so that a folder with an index has all its shards.
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try Draft.write(encoder.encode(pack), to: index)
    } catch let error as WorkbenchError {
      for name in writer.names {
        try? FileManager.default.removeItem(at: target.appending(path: name))
      }
      if isNew { try? FileManager.default.removeItem(at: target) }
      throw error
    } catch let error as CocoaError {
      throw WorkbenchError.fileSystem(
        action: "write a pack to", path: target.plainPath, cause: DiskError.cause(of: error))
    }
    return BasePackReport(
      folder: target.plainPath, takes: pack.takes.count,
      tokens: pack.takes.reduce(0) { $0 + $1.tokens }, shards: pack.shards.count, passes: passes)
  }
}

/// The contents of a pack's `index.json`.
///
/// Shards hold tokens as little-endian 16-bit numbers, one take after the other, with nothing
/// between them.
struct BasePack: Codable, Hashable {
  static let fileName = "index.json"

  /// One take in one pass.
  struct Take: Codable, Hashable {
    /// The name of the file that it was read from, without its folders.
    var source: String
    /// The pass; 0 is the unchanged music.
    var pass: Int
    /// The index of its shard in ``BasePack/shards``.
    var shard: Int
    /// Its first token, counted from the shard's beginning.
    var offset: Int
    var tokens: Int
  }

  var format = "woodshed-pack-1"
  var vocabulary = "performance-388"
  /// The names of the shards' files, which lie beside the index.
  var shards: [String] = []
  var takes: [Take] = []
}

/// Writes tokens to shards, one file after the other.
private struct ShardWriter {
  let folder: URL
  private(set) var names: [String] = []
  private var tokens: [UInt16] = []

  init(folder: URL) { self.folder = folder }

  /// Adds a take, and returns where it is.
  mutating func write(_ take: [UInt16]) throws -> (shard: Int, offset: Int) {
    if !tokens.isEmpty, tokens.count + take.count > BasePackRequest.tokensPerShard { try finish() }
    defer { tokens += take }
    return (names.count, tokens.count)
  }

  /// Writes the tokens collected so far to a file.
  mutating func finish() throws {
    guard !tokens.isEmpty else { return }
    let number = String(names.count)
    let name =
      "shard-" + String(repeating: "0", count: max(0, 4 - number.count)) + number + ".tokens"
    let bytes = tokens.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    try Draft.write(Data(bytes), to: folder.appending(path: name))
    names.append(name)
    tokens = []
  }
}

/// What was packed.
public struct BasePackReport: Codable, Sendable {
  /// The folder.
  public var folder: String
  /// The number of takes, counted once in each pass.
  public var takes: Int
  /// The number of their tokens.
  public var tokens: Int
  /// The number of shards.
  public var shards: Int
  /// The number of passes over the music.
  public var passes: Int
}

extension Setting {
  package static let passes = Setting("passes")
}
