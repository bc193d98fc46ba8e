import Foundation
import Library
import MIDI
import Sequencer
import Testing

/// A workbench with one project in a folder of its own, and the program as it was built beside
/// these tests.
final class Studio {
  let folder: URL

  /// The program.
  private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "woodshed").path()

  /// - Parameter folder: an empty one; without it, one that goes away with the studio.
  init(in folder: URL? = nil) throws {
    self.folder =
      folder
      ?? FileManager.default.temporaryDirectory.appending(path: "woodshed-studio-\(UUID())")
    let checkout = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.createDirectory(
      at: self.folder.appending(path: "Projects"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: self.folder.appending(path: "Templates"),
      withDestinationURL: checkout.appending(path: "Templates"))
    try run("new", "studio")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The file of the library.
  var library: URL { folder.appending(path: "Projects/studio/library.sqlite") }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return file.path()
  }

  /// Starts the program with these arguments; where it prints to is a file.
  func start(
    _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null"
  ) throws -> Running {
    try Running([Self.program] + arguments, in: folder, environment: environment, input: input)
  }

  /// Runs the program to its end; anything but success fails the test.
  @discardableResult
  func run(_ arguments: String...) throws -> String {
    let running = try start(arguments)
    let status = running.finish()
    try #require(status == 0, "\(arguments) failed: \(running.said)")
    return running.said
  }

  /// Starts to record from the port that sends on what it is sent, and waits until it listens.
  func record(from port: String = "Midi Through", _ arguments: String...) async throws -> Running {
    let recording = try start(["record", port] + arguments)
    try await recording.wait(for: "Ctrl-C ends")
    return recording
  }

  /// The events of a take as the library has them.
  func events(of take: Int64) throws -> [MIDIEvent] {
    let library = try TakeLibrary.open(at: library)
    defer { try? library.close() }
    return try library.events(of: take)
  }

  /// Why a take's moments are marked.
  func marks(of take: Int64) throws -> [Mark.Kind] {
    let library = try TakeLibrary.open(at: library)
    defer { try? library.close() }
    return try library.marks(of: take).map(\.kind)
  }

  /// Where all takes come from, oldest first.
  func origins() throws -> [Origin] {
    let library = try TakeLibrary.open(at: library)
    defer { try? library.close() }
    return try library.takes().sorted { $0.startedAt < $1.startedAt }.map(\.origin)
  }

  /// The numbers of all takes, oldest first.
  func takes() throws -> [Int64] {
    let library = try TakeLibrary.open(at: library)
    defer { try? library.close() }
    return try library.takes().map(\.number).sorted()
  }

  /// What SQLite itself says of the library: "ok".
  func integrity() throws -> String {
    try Tool.run("sqlite3", library.path(), "PRAGMA integrity_check")
      .trimmingCharacters(in: .newlines)
  }
}

/// The program, running beside the test.
final class Running {
  private let child: Child

  fileprivate init(
    _ command: [String], in folder: URL, environment: [String: String], input: String
  ) throws {
    child = try Child(command, in: folder, home: folder, environment: environment, input: input)
  }

  /// What it has printed so far.
  var said: String { child.said }

  /// Where others can play to it.
  var port: SequencerPort {
    get throws {
      let match = try #require(said.firstMatch(of: #/recording as woodshed, port ([0-9:]+);/#))
      return try PortQuery(String(match.output.1)).only(of: PortList.current())
    }
  }

  /// Waits until it has said `text`; after twenty seconds, throws.
  func wait(for text: String) async throws {
    for _ in 0..<2000 {
      if said.contains(text) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverSaid(text: text, said: said)
  }

  /// Asks it to end, waits until it has, and returns its exit status.
  @discardableResult
  func end(by signal: Int32 = SIGINT) -> Int32 {
    child.send(signal)
    return finish()
  }

  /// Waits until it ends.
  func finish() -> Int32 { child.finish() }

  struct NeverSaid: Error {
    let text: String
    let said: String
  }
}
