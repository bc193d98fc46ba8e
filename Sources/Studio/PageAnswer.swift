import Foundation
import NIOCore
import NIOHTTP1
import Work
import Workbench

/// An answer to a request.
struct PageAnswer: Sendable {
  /// Writes a part of a body; returns as soon as there is room for the next.
  typealias Writer = (ByteBuffer) async throws -> Void

  /// What is sent behind the headers.
  enum Body: Sendable {
    case whole(ByteBuffer)
    /// What is made while it is read; `length` in bytes, if it is known.
    case stream(length: Int?, @Sendable (_ write: Writer) async throws -> Void)
  }

  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body: Body

  /// What every answer says of itself: it is shown by this page alone, runs nothing but the page's own scripts, and
  /// fetches nothing from elsewhere.
  private static let headers: HTTPHeaders = [
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
  ]

  /// An answer of a media type.
  init(_ mediaType: String, _ body: Body, status: HTTPResponseStatus = .ok) {
    self.status = status
    self.body = body
    headers = Self.headers
    headers.add(name: "Content-Type", value: mediaType)
    switch body {
    case .whole(let bytes): headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
    case .stream(let length?, _): headers.add(name: "Content-Length", value: "\(length)")
    case .stream(nil, _): break
    }
  }

  /// A file of the page.
  init(_ file: StudioFile) { self.init(file.mediaType, .whole(file.bytes)) }

  /// A result, as JSON.
  init(result: some Encodable, _ status: HTTPResponseStatus = .ok) throws {
    let text = try JSONEncoder.ofResults().encode(result)
    self.init(
      "application/json", .whole(ByteBuffer(bytes: text + Data("\n".utf8))), status: status)
  }

  /// An error as one sentence: `{"error": "cannot …"}`.
  init(failure error: any Error) {
    do {
      try self.init(result: ["error": "\(error)"], Self.status(of: error))
    } catch {
      self.init("application/json", .whole(ByteBuffer()), status: .internalServerError)
    }
    if case StudioError.wrongMethod(_, let allowed) = error {
      headers.add(name: "Allow", value: allowed)
    }
  }

  private static func status(of error: any Error) -> HTTPResponseStatus {
    switch error {
    case StudioError.notFound, WorkbenchError.noSuchTake, WorkbenchError.deletedTake,
      WorkbenchError.noTakes, WorkbenchError.noSuchRound:
      .notFound
    case StudioError.wrongMethod: .methodNotAllowed
    case StudioError.tooLong: .payloadTooLarge
    case StudioError.stranger: .forbidden
    case StudioError.noToken: .unauthorized
    case StudioError.tooMany: .tooManyRequests
    case is StudioError, is WrongValue, WorkbenchError.badPart, WorkbenchError.silentPart,
      WorkbenchError.partOfMany, WorkbenchError.emptyNote:
      .badRequest
    // Nothing is wrong with the request: there is nothing to undo, no SoundFont, a disk is full.
    default: .conflict
    }
  }
}
