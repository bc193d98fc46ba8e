import Disk
import Foundation
import Library
import MIDI
import Performance

/// How much of something music has, as the musician defines it: by a program, a query or a built-in measure.
///
/// A gauge is only ever made from what somebody has typed: nothing that is stored names one to run.
final class Gauge: Sendable {
  /// What a gauge's number is made by.
  private enum Maker {
    case program(GaugeProgram)
    case query(NoteQuery)
    case builtIn(BuiltInGauge, reference: StyleMeasures?)
  }

  /// Its name, as it was typed.
  let name: String
  /// The SHA-256 of its file and of what it compares with.
  let digest: String
  private let maker: Maker

  /// The gauge of a name: a built-in one's or a file's; behind a colon, what it compares with.
  ///
  /// ```
  /// density    shimmer.py    wide.sql    like-take.py:12    like:last
  /// ```
  ///
  /// A file that ends in .sql is a query, and any other a program: .py is run by python3, .sh by sh.
  ///
  /// - Parameter reference: Finds the notes of a take or of a MIDI file that a gauge compares with.
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``, and what `reference` throws.
  init(named name: String, reference find: (String) throws -> [Note]) throws {
    self.name = name
    let parts = Self.parts(of: name)
    do {
      let reference = try parts.reference.map(find)
      var hasher = DigestHasher()
      if let reference { hasher.update(GaugedMusic(reference).jsonLine(id: 0)) }
      if let builtIn = BuiltInGauge(rawValue: parts.gauge) {
        guard (builtIn == .like) == (reference != nil) else {
          throw GaugeProgram.Failure(
            cause: reference == nil
              ? "say what it should be like: like:12 is take 12, and like:last the last"
              : "it compares with nothing; leave away what is behind the colon")
        }
        hasher.update(Array("built in: \(builtIn) \(BuiltInGauge.version)".utf8))
        maker = .builtIn(builtIn, reference: reference.map { StyleMeasures(of: [$0]) })
      } else {
        let file = try Self.file(parts.gauge)
        hasher.update(Array(try Digest.sha256(ofFileAt: file).utf8))
        maker = try Self.maker(of: file)
      }
      digest = hasher.finishText()
      if let reference { try tell(reference) }
    } catch {
      throw Self.error(error, of: name)
    }
  }

  /// A name's gauge and what it compares with: at the last colon, unless a file has all of the name.
  private static func parts(of name: String) -> (gauge: String, reference: String?) {
    guard !URL(named: name).isAnything, let colon = name.lastIndex(of: ":"),
      colon != name.startIndex, name.index(after: colon) != name.endIndex
    else { return (name, nil) }
    return (String(name[..<colon]), String(name[name.index(after: colon)...]))
  }

  private static func file(_ path: String) throws -> URL {
    let file = URL(named: path).absoluteURL
    guard !file.isFolder else { throw GaugeProgram.Failure(cause: "it is a folder") }
    guard file.isFile else {
      let isWord = !path.contains("/") && !path.contains(".")
      throw GaugeProgram.Failure(
        cause: isWord
          ? "it is neither a file nor one of \(Toward.builtInNames.joined(separator: ", "))"
          : "there is no such file")
    }
    // A pipe or a device would be read for ever.
    let type = try? FileManager.default.attributesOfItem(
      atPath: file.resolvingSymlinksInPath().plainPath)[.type]
    guard type as? FileAttributeType == .typeRegular else {
      throw GaugeProgram.Failure(cause: "it is no plain file")
    }
    return file
  }

  private static func maker(of file: URL) throws -> Maker {
    let path = file.plainPath
    switch file.pathExtension.lowercased() {
    case "sql":
      guard (file.bytes ?? 0) < 1 << 20, let data = try? Data(contentsOf: file),
        let text = String(validating: data, as: UTF8.self)
      else { throw GaugeProgram.Failure(cause: "it is not text") }
      return .query(try NoteQuery(text))
    case "py":
      // Unbuffered, so that an answer is there when it is printed.
      return .program(try GaugeProgram(["/usr/bin/env", "python3", "-u", path]))
    case "sh": return .program(try GaugeProgram(["/bin/sh", path]))
    default:
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw GaugeProgram.Failure(cause: "it is not executable; chmod +x makes it so")
      }
      return .program(try GaugeProgram([path]))
    }
  }

  /// Tells a program or a query what it compares with.
  private func tell(_ reference: [Note]) throws {
    switch maker {
    case .program(let program):
      var music = GaugedMusic(reference)
      music.isReference = true
      _ = try program.values(of: [music])
    case .query(let query): try query.setReference(reference)
    case .builtIn: break
    }
  }

  /// How much of it music has, in the music's order.
  ///
  /// - Throws: ``WorkbenchError/badGauge(name:cause:)``.
  func values(of music: [GaugedMusic]) throws -> [Double] {
    do {
      switch maker {
      case .program(let program): return try program.values(of: music)
      case .query(let query):
        return try query.numbers(
          of: music.map {
            .init(notes: $0.notes, seconds: $0.seconds, newSeconds: $0.newSeconds)
          }, within: max(GaugeProgram.secondsABatch, 0.1 * Double(music.count)))
      case .builtIn(let builtIn, let reference):
        return music.map { builtIn.value(of: $0, reference: reference) }
      }
    } catch {
      throw Self.error(error, of: name)
    }
  }

  /// Ends its program.
  func end() {
    if case .program(let program) = maker { program.end() }
  }

  private static func error(_ error: any Error, of name: String) -> any Error {
    switch error {
    case let error as GaugeProgram.Failure: WorkbenchError.badGauge(name: name, cause: error.cause)
    case LibraryError.query(let cause): WorkbenchError.badGauge(name: name, cause: cause)
    default: error
    }
  }
}
