import Foundation
import NIOCore
import NIOHTTP1

/// A request, read as far as it is needed.
struct PageRequest: Sendable {
  /// The longest body that is read, in bytes.
  static let longestBody = 64 * 1024

  let method: HTTPMethod
  /// Its path, as it was sent.
  let path: String
  /// What stands behind the question mark, decoded.
  let query: [(name: String, value: String)]
  let headers: HTTPHeaders
  /// Its body; `nil` if that is longer than ``longestBody``.
  let body: ByteBuffer?

  /// A request by its head and its body.
  ///
  /// - Throws: ``StudioError/badRequest(cause:)`` for a query that is not UTF-8.
  init(_ head: HTTPRequestHead, body: ByteBuffer?) throws(StudioError) {
    method = head.method
    headers = head.headers
    self.body = body
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first.map(String.init) ?? ""
    var query: [(name: String, value: String)] = []
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query.append(
        (try Self.decoded(sides[0]), try Self.decoded(sides.count > 1 ? sides[1] : "")))
    }
    self.query = query
  }

  /// The first value of a name in the query.
  func value(of name: String) -> String? { query.first { $0.name == name }?.value }

  /// All values of a header.
  func values(of header: String) -> [String] { headers[header] }

  /// The body, which must be JSON unless it is empty.
  ///
  /// - Throws: ``StudioError/tooLong(bytes:)``, ``StudioError/badRequest(cause:)``.
  func json() throws(StudioError) -> Data {
    guard let body else { throw .tooLong(bytes: Self.longestBody) }
    let mediaType = headers.first(name: "Content-Type")?.prefix { $0 != ";" }.lowercased()
    guard body.readableBytes == 0 || mediaType == "application/json" else {
      throw .badRequest(cause: "what is sent must be application/json")
    }
    return Data(body.readableBytesView)
  }

  /// Source: WHATWG, URL, 5.1 "application/x-www-form-urlencoded parsing".
  private static func decoded(_ text: Substring) throws(StudioError) -> String {
    guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
      throw .badRequest(cause: "what stands behind the question mark is not UTF-8")
    }
    return decoded
  }
}
