import Archive
import Disk
import Foundation
import Library

/// The manifest of a backup: its first file, `manifest.json`, lists all others with their digests. The second
/// file, `manifest.sha256`, has the digest of the first, in the format of `sha256sum -c`.
struct BackupManifest: Codable {
  /// One file of a project.
  struct File: Codable, Hashable {
    /// The path in the project: `models/base.safetensors`.
    var path: String
    var bytes: Int
    var sha256: String
  }

  static let fileName = "manifest.json"
  static let digestName = "manifest.sha256"
  static let format = "woodshed backup"
  static let version = 1

  /// The maximum size of a manifest in bytes; one of ten thousand files is a tenth of that.
  static let largest = 16 << 20

  var format = Self.format
  var version = Self.version
  /// The project's name.
  var project: String
  var madeAt: Date
  /// The version of woodshed that made it.
  var program: String
  /// All other files, in the order in which they lie in the archive.
  var files: [File]

  /// The total size of the files in bytes.
  var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  /// The contents of `manifest.sha256` for a manifest.
  static func digestLine(of manifest: [UInt8]) -> [UInt8] {
    Array("\(Digest.sha256(of: manifest))  \(fileName)\n".utf8)
  }

  /// The manifest as JSON.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return [UInt8](try encoder.encode(self))
  }
}

// MARK: - Reading

extension BackupManifest {
  /// The reason why bytes are not the manifest of a backup that can be unpacked.
  struct Fault: Error {
    var cause: String
  }

  private struct Head: Decodable {
    var format: String
    var version: Int
  }

  /// Reads a manifest, which is not trusted.
  init(_ bytes: [UInt8]) throws(Fault) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let head = try? decoder.decode(Head.self, from: Data(bytes)), head.format == Self.format
    else { throw Fault(cause: "it is not a backup of woodshed's") }
    guard head.version == Self.version else {
      throw Fault(cause: "a newer woodshed made it (version \(head.version)); update woodshed")
    }
    guard let manifest = try? decoder.decode(Self.self, from: Data(bytes)) else {
      throw Fault(cause: "its list of files is damaged")
    }
    let paths = manifest.files.map(\.path)
    guard Set(paths).count == paths.count else { throw Fault(cause: "it lists a file twice") }
    if let other = paths.first(where: { !Self.isOfAProject($0) }) {
      throw Fault(cause: "it lists a file that no project has: \(other.prefix(80))")
    }
    guard paths.contains(ProjectSettings.fileName), paths.contains(TakeLibrary.fileName) else {
      throw Fault(cause: "it has no settings or no library")
    }
    guard manifest.files.allSatisfy({ $0.bytes >= 0 && $0.bytes < 1 << 40 }), paths.count < 10_000
    else { throw Fault(cause: "its list of files is damaged") }
    self = manifest
  }

  /// Whether a path can be in a backup: the settings, the library, and models.
  static func isOfAProject(_ path: String) -> Bool {
    if path == ProjectSettings.fileName || path == TakeLibrary.fileName { return true }
    return path.wholeMatch(of: #/models\/[A-Za-z0-9][A-Za-z0-9._-]{0,79}/#) != nil
      && (path.hasSuffix(".safetensors") || path.hasSuffix(".grams"))
  }
}

// MARK: - The archive

/// A backup file, read from beginning to end.
struct BackupArchive {
  let manifest: BackupManifest
  private let reader: TarReader
  private let path: String
  /// The folder in the archive that holds all its files.
  private let folder: String

  /// Opens a backup and reads its manifest.
  ///
  /// - Throws: `ArchiveError`, ``WorkbenchError/badBackup(path:cause:)``.
  init(_ file: URL) throws {
    path = file.plainPath
    let reader = try TarReader(file)
    self.reader = reader
    let parts = try reader.next().map { entry in
      (entry: entry, names: entry.name.split(separator: "/"))
    }
    guard let (entry, names) = parts, names.count == 2, names[1] == BackupManifest.fileName else {
      throw WorkbenchError.badBackup(path: path, cause: "it is not a backup of woodshed's")
    }
    folder = String(names[0])
    let bytes = try reader.content(of: entry, limit: BackupManifest.largest)
    let digest = try reader.next().map { entry in
      entry.name == "\(names[0])/\(BackupManifest.digestName)"
        ? try reader.content(of: entry, limit: 1024) : []
    }
    do {
      manifest = try BackupManifest(bytes)
    } catch {
      throw WorkbenchError.badBackup(path: path, cause: error.cause)
    }
    guard digest == BackupManifest.digestLine(of: bytes) else {
      throw WorkbenchError.badBackup(path: path, cause: "its list of files is damaged")
    }
    guard manifest.bytes <= reader.size else {
      throw WorkbenchError.badBackup(
        path: path,
        cause: "it claims \(manifest.bytes) bytes of files and has \(reader.size) itself")
    }
  }

  /// Reads all files and checks each against the manifest; writes them into a folder, if one is given.
  ///
  /// - Parameter progress: Is told how many bytes were read in all.
  /// - Throws: `ArchiveError`, ``WorkbenchError/badBackup(path:cause:)``.
  func unpack(into target: URL?, progress: (_ bytes: Int) throws -> Void) throws {
    var read = 0
    for file in manifest.files {
      guard let entry = try reader.next() else { throw bad("\(file.path) is missing") }
      guard entry.name == "\(folder)/\(file.path)", entry.size == file.bytes else {
        throw bad("where \(file.path) should be, there is \(entry.name)")
      }
      let handle = try target.map {
        try NewFile.handle($0.appending(path: file.path).plainPath)
      }
      var hasher = DigestHasher()
      try reader.forEachPiece { piece in
        hasher.update(piece)
        do {
          try handle?.write(contentsOf: Data(piece))
        } catch {
          throw ArchiveError.unwritable(
            path: target?.plainPath ?? "", cause: DiskError.cause(of: error))
        }
        read += piece.count
        try progress(read)
      }
      try handle?.synchronize()
      try handle?.close()
      guard hasher.finishText() == file.sha256 else { throw bad("\(file.path) is damaged") }
    }
    if let more = try reader.next() { throw bad("it holds \(more.name), which its list has not") }
  }

  private func bad(_ cause: String) -> WorkbenchError { .badBackup(path: path, cause: cause) }
}
