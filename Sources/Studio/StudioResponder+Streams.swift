import Foundation
import NIOCore
import Workbench

extension StudioResponder {
  /// How often the library is looked at.
  private static let pause = Duration.milliseconds(250)

  /// How many such pauses pass at most until something is sent, so that a window that is gone is noticed: 10 s.
  private static let mostPauses = 40

  /// What changes in the library, whoever changes it, as server-sent events.
  ///
  /// Source: WHATWG, HTML, 9.2 "Server-sent events".
  func events() throws -> PageAnswer {
    let place = try windows.take()
    let watch = try ChangeWatch(of: project)
    return PageAnswer(
      "text/event-stream",
      .stream(length: nil) { write in
        defer { withExtendedLifetime(place) {} }
        var watch = watch
        try await write(ByteBuffer(string: "event: open\ndata: {}\n\n"))
        var silent = 0
        while true {
          try await Task.sleep(for: Self.pause)
          silent += 1
          if let event = Self.event(&watch) {
            try await write(ByteBuffer(string: event))
            silent = 0
          } else if silent >= Self.mostPauses {
            try await write(ByteBuffer(string: ":\n\n"))
            silent = 0
          }
        }
      })
  }

  /// What has changed, as an event; `nil` for nothing.
  private static func event(_ watch: inout ChangeWatch) -> String? {
    do {
      guard let changes = try watch.next() else { return nil }
      let text = try JSONEncoder.ofResults().encode(changes)
      return "event: change\ndata: \(String(decoding: text, as: UTF8.self))\n\n"
    } catch {
      let text = (try? JSONEncoder.ofResults().encode(["error": "\(error)"])) ?? Data("{}".utf8)
      return "event: failure\ndata: \(String(decoding: text, as: UTF8.self))\n\n"
    }
  }

  /// A take's sound from a moment on, in seconds; it is made as fast as it is read.
  func sound(of take: TakeName, from text: String?) throws -> PageAnswer {
    let seconds = text.map { Double($0) } ?? 0
    guard let seconds, seconds.isFinite, seconds >= 0 else {
      throw StudioError.badRequest(cause: "from cannot be \"\(text ?? "")\"")
    }
    let place = try sounds.take()
    let sound = try project.sound(of: take, from: seconds, sound)
    return PageAnswer(
      "audio/wav",
      .stream(length: sound.bytes) { write in
        defer { withExtendedLifetime(place) {} }
        while let bytes = await sound.next() {
          try Task.checkCancellation()
          try await write(ByteBuffer(bytes: bytes))
        }
      })
  }
}
