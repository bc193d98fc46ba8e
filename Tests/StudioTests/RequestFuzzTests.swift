import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Studio
@testable import Workbench

/// Requests that are made up: none brings the studio down, each is answered by JSON or by what was asked for, and only
/// a verdict that was right changes anything.
@Suite struct RequestFuzzTests {
  /// Numbers that are the same each time.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    /// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (SplitMix64).
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let words = [
    "api", "takes", "1", "2", "last", "roll", "sound.wav", "keep", "discard", "rate", "note",
    "undo",
    "project", "keys", "", ".", "..", "%2e%2e", "%00", "%", "~", "*", "-1", "9999999999999999999",
    "studio.js", "page.html", "\u{FFFD}", "a;b", "?", "#", "//", "\\", "\u{202E}",
  ]
  private static let names = [
    "origin", "verdict", "search", "rating", "round", "since", "heldOut", "before", "limit", "from",
    "token", "x", "",
  ]
  private static let values = [
    "", "1", "0", "-1", "nan", "inf", "1e308", "1e999", "played", "kept", "true", "%", "%25", "%ff",
    "9223372036854775807", "9223372036854775808", "'; DROP TABLE take; --", "7d", "2026-11-30",
    "\u{0}",
  ]
  private static let bodies = [
    "", "{}", "[]", "null", "{", #"{"rating": 3}"#, #"{"rating": -3}"#, #"{"from": 0, "until": 1}"#,
    #"{"from": 1e308}"#, #"{"until": -1e308}"#, #"{"note": "words"}"#, #"{"note": "\ud800"}"#,
    #"{"from": null, "rating": null}"#, #"{"a": {"a": {"a": {}}}}"#, "\u{FEFF}{}",
  ]
  private static let headers = [
    ("Origin", "http://127.0.0.1:8123"), ("Origin", "http://evil.example"),
    ("Sec-Fetch-Site", "none"),
    ("Sec-Fetch-Site", "cross-site"), ("Cookie", ""), ("Cookie", "woodshed-8123="),
    ("Cookie", ";;=;"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer "), ("Content-Type", "application/json"),
    ("Content-Type", ""), ("Range", "bytes=0-"), ("Content-Length", "-1"),
  ]

  @Test(arguments: [1, 2, 3, 4])
  func whateverIsAskedIsAnswered(seed: UInt64) async throws {
    let window = try await Window(takes: 2, sound: .none)
    var random = Random(state: seed)
    for _ in 0..<1500 {
      var path = ""
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        path += "/" + (Self.words.randomElement(using: &random) ?? "")
      }
      if Bool.random(using: &random) {
        path = "/api/takes/1/" + (Self.words.randomElement(using: &random) ?? "")
      }
      let query = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        "\(Self.names.randomElement(using: &random) ?? "")=\(Self.values.randomElement(using: &random) ?? "")"
      }
      if !query.isEmpty { path += "?" + query.joined(separator: "&") }
      let method: HTTPMethod =
        [.GET, .POST, .PUT, .DELETE, .OPTIONS, .HEAD].randomElement(using: &random) ?? .GET
      let headers = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
        Self.headers.randomElement(using: &random)
      }
      let answer = try await window.ask(
        method, path, Self.bodies.randomElement(using: &random), headers: headers)
      #expect(
        [200, 400, 401, 403, 404, 405, 409, 413].contains(answer.status), "\(method) \(path)")
      if answer.status != 200 {
        #expect(answer.sentence?.hasPrefix("cannot ") == true, "\(method) \(path): \(answer.text)")
      }
    }
    #expect(try window.project.takes(matching: TakeFilter()).takes.map(\.number) == [2, 1])
  }
}

extension SoundRequest {
  /// One that has no sound, so that no request makes any.
  static var none: SoundRequest {
    var request = SoundRequest()
    request.soundFont = "/nowhere.sf2"
    return request
  }
}
