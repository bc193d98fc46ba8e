import Foundation
import NIOCore
import NIOHTTP1
import Workbench

/// Answers the requests of the page, each by one call of the workbench.
struct StudioResponder: Sendable {
  let project: Project
  let sound: SoundRequest
  let access: StudioAccess
  let windows = Places(for: "windows", most: 64)
  let sounds = Places(for: "sounds", most: 16)

  /// Answers a request; an error is answered as a sentence.
  ///
  /// - Parameter body: Its body; `nil` if that is longer than what is read.
  func answer(_ head: HTTPRequestHead, body: ByteBuffer?) async -> PageAnswer {
    do {
      let request = try PageRequest(head, body: body)
      try access.requireOwnPage(request)
      return try answer(request)
    } catch {
      return PageAnswer(failure: error)
    }
  }

  private func answer(_ request: PageRequest) throws -> PageAnswer {
    let path = request.path
    if path == "/" { return try page(request) }
    guard access.isKnown(request) else { throw StudioError.noToken }
    try access.requireSameSite(request)
    if let file = StudioFile.all[path] {
      try require(.GET, of: request, path)
      return PageAnswer(file)
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard parts.first == "api" else { throw StudioError.notFound(path: path) }
    return try answer(request, path, Array(parts.dropFirst()))
  }

  /// The page, for whoever has the token or the cookie. It is the page and no way to it that answers the token: a
  /// browser that was sent on would not send the cookie if another page had opened the address.
  private func page(_ request: PageRequest) throws -> PageAnswer {
    try require(.GET, of: request, "/")
    var answer = PageAnswer(.page)
    if let token = request.value(of: "token"), access.isRight(token: token) {
      answer.headers.add(name: "Set-Cookie", value: access.setCookie)
    } else if !access.isKnown(request) {
      throw StudioError.noToken
    }
    return answer
  }

  private func answer(_ request: PageRequest, _ path: String, _ parts: [Substring]) throws
    -> PageAnswer
  {
    switch (parts.first, parts.count) {
    case ("project", 1):
      try require(.GET, of: request, path)
      return try PageAnswer(result: project.summary())
    case ("keys", 1):
      try require(.GET, of: request, path)
      return try PageAnswer(result: ["keys": StudioKey.table])
    case ("events", 1):
      try require(.GET, of: request, path)
      return try events()
    case ("undo", 1):
      try require(.POST, of: request, path)
      _ = try request.json()
      return try PageAnswer(result: project.undo())
    case ("takes", 1):
      try require(.GET, of: request, path)
      return try PageAnswer(result: project.takes(matching: TakeFilter(query: request.query)))
    case ("takes", 2), ("takes", 3):
      guard let take = TakeName(String(parts[1])) else { throw StudioError.notFound(path: path) }
      return try answer(request, path, take, parts.count == 3 ? parts[2] : nil)
    default: throw StudioError.notFound(path: path)
    }
  }

  /// Answers a request about one take.
  private func answer(
    _ request: PageRequest, _ path: String, _ take: TakeName, _ what: Substring?
  ) throws -> PageAnswer {
    switch what {
    case nil:
      try require(.GET, of: request, path)
      return try PageAnswer(result: project.show(take))
    case "roll":
      try require(.GET, of: request, path)
      return try PageAnswer(result: project.roll(of: take))
    case "sound.wav":
      try require(.GET, of: request, path)
      return try sound(of: take, from: request.value(of: "from"))
    case "undo":
      try require(.POST, of: request, path)
      _ = try request.json()
      return try PageAnswer(result: project.undo(of: take))
    case "keep", "discard", "rate", "note":
      try require(.POST, of: request, path)
      let body = try VerdictBody(request.json())
      guard let verdict = try what.flatMap(body.verdict(named:)) else {
        throw StudioError.notFound(path: path)
      }
      return try PageAnswer(result: project.judge([take], verdict))
    default: throw StudioError.notFound(path: path)
    }
  }

  private func require(_ method: HTTPMethod, of request: PageRequest, _ path: String)
    throws(StudioError)
  {
    guard request.method == method else {
      throw .wrongMethod(path: path, allowed: method.rawValue)
    }
  }
}
