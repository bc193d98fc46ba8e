import Foundation
import MIDI
import NIOCore
import NIOHTTP1
import Synchronization
import TestBed
import Testing

@testable import Studio
@testable import Workbench

/// An answer as it is sent.
struct Answer {
  var status: Int
  var headers: HTTPHeaders
  var body: Data

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as a JSON object.
  var json: [String: Any] {
    get throws { try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any]) }
  }

  /// The sentence of an error.
  var sentence: String? { (try? json)?["error"] as? String }
}

/// A studio on a project of a few takes, asked in process, as its page asks it.
final class Window: Sendable {
  static let port = 8123

  let folder: URL
  let project: Project
  let access = StudioAccess()
  let responder: StudioResponder
  private let cookie: String

  /// - Parameter takes: How many takes the project has, each of five notes in five seconds.
  init(takes: Int = 3, sound: SoundRequest = SoundRequest()) async throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "woodshed-\(UUID().uuidString)", directoryHint: .isDirectory)
    project = try Self.project(in: folder, takes: takes)
    access.listens(at: Self.port)
    responder = StudioResponder(project: project, sound: sound, access: access)
    let page = Self.request(.GET, "/?token=\(access.token)")
    let set = await responder.answer(page.head, body: page.body).headers["Set-Cookie"]
    cookie = String(try #require(set.first).prefix { $0 != ";" })
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Asks as the page does.
  func ask(
    _ method: HTTPMethod = .GET, _ path: String, _ body: String? = nil,
    headers: [(String, String)] = []
  ) async throws -> Answer {
    let json = body == nil ? [] : [("Content-Type", "application/json")]
    return try await send(
      Self.request(
        method, path, body, headers: [("Cookie", cookie)] + json + headers))
  }

  /// Sends a request as it is.
  func send(_ request: (head: HTTPRequestHead, body: ByteBuffer?)) async throws -> Answer {
    let answer = await responder.answer(request.head, body: request.body)
    var sent = Data()
    switch answer.body {
    case .whole(let bytes): sent.append(contentsOf: bytes.readableBytesView)
    case .stream(_, let make): try await make { sent.append(contentsOf: $0.readableBytesView) }
    }
    return Answer(status: Int(answer.status.code), headers: answer.headers, body: sent)
  }

  /// A request of nobody who is known, by default under the right host name.
  static func request(
    _ method: HTTPMethod, _ path: String, _ body: String? = nil,
    host: String? = "127.0.0.1:\(port)", headers: [(String, String)] = []
  ) -> (head: HTTPRequestHead, body: ByteBuffer?) {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
    if let host { head.headers.add(name: "Host", value: host) }
    head.headers.add(contentsOf: headers)
    let bytes = ByteBuffer(string: body ?? "")
    return (head, bytes.readableBytes > PageRequest.longestBody ? nil : bytes)
  }

  private static func project(in folder: URL, takes: Int) throws -> Project {
    try TinyWorkbench.make(in: folder)
    let home = try Home.find(from: folder, environment: ["XDG_DATA_DIRS": "/nowhere"])
    let project = try Project.make(named: "blues", from: "tiny", in: home)
    let music = folder.appending(path: "music", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: music, withIntermediateDirectories: true)
    for take in 0..<takes {
      let notes = (0..<5).map { index in
        Note(
          pitch: UInt8(48 + take + 3 * index), velocity: UInt8(40 + 10 * index),
          start: Int64(index) * 1_000_000_000, end: Int64(index) * 1_000_000_000 + 800_000_000)
      }
      let file = music.appending(path: "piece \(take + 1).mid")
      try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes))).write(to: file)
      _ = try project.importFiles(at: [file.path(percentEncoded: false)]) { _ in true }
    }
    return project
  }
}
