import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Studio

/// Who is answered, and who is not.
@Suite struct SecurityTests {
  /// Everything that there is to be asked for.
  static let paths = [
    "/studio.css", "/studio.js", "/api/project", "/api/takes", "/api/takes/1", "/api/takes/1/roll",
    "/api/takes/1/sound.wav", "/api/keys", "/api/events",
  ]

  @Test func withoutATokenNothingIsAnswered() async throws {
    let window = try await Window(takes: 1)
    for path in ["/"] + Self.paths {
      let answer = try await window.send(Window.request(.GET, path))
      #expect(answer.status == 401, "\(path)")
      #expect(answer.sentence?.hasPrefix("cannot answer: the studio does not know") == true)
    }
    for path in ["keep", "discard", "rate", "note", "undo"].map({ "/api/takes/1/\($0)" }) {
      #expect(try await window.send(Window.request(.POST, path)).status == 401, "\(path)")
    }
    #expect(try await window.ask(.GET, "/api/takes/1").json["line"] != nil)
    #expect(try await window.ask(.GET, "/api/takes").text.contains("\"judgement\"") == false)
  }

  @Test(arguments: ["", "x", "0123456789abcdef", "%00", "..%2f..%2fetc%2fpasswd"])
  func aWrongTokenIsNone(token: String) async throws {
    let window = try await Window(takes: 0)
    let answer = try await window.send(Window.request(.GET, "/?token=\(token)"))
    #expect(answer.status == 401)
    #expect(answer.headers.first(name: "Set-Cookie") == nil)
  }

  @Test func theTokenIsExchangedForACookie() async throws {
    let window = try await Window(takes: 0)
    let page = try await window.send(Window.request(.GET, "/?token=\(window.access.token)"))
    #expect(page.status == 200)
    let cookie = try #require(page.headers.first(name: "Set-Cookie"))
    #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"))
    #expect(!cookie.contains(window.access.token))
    #expect(try await window.ask(.GET, "/").status == 200)
    let other = try await window.send(
      Window.request(
        .GET, "/api/project", headers: [("Cookie", "woodshed-8123=\(window.access.token)")])
    )
    #expect(other.status == 401)
  }

  @Test func aPassIsGoodForOneTime() async throws {
    let window = try await Window(takes: 0)
    let pass = window.access.pass()
    #expect(try await window.send(Window.request(.GET, "/?token=\(pass)")).status == 200)
    #expect(try await window.send(Window.request(.GET, "/?token=\(pass)")).status == 401)
  }

  @Test func aProgramBringsTheTokenAsABearer() async throws {
    let window = try await Window(takes: 0)
    let headers = [("Authorization", "Bearer \(window.access.token)")]
    let known = Window.request(.GET, "/api/project", headers: headers)
    #expect(try await window.send(known).status == 200)
    let wrong = Window.request(.GET, "/api/project", headers: [("Authorization", "Bearer x")])
    #expect(try await window.send(wrong).status == 401)
  }

  /// DNS rebinding: another name that has been made to mean this machine.
  @Test(arguments: [
    "evil.example:8123", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8123.evil.example", "",
    "localhost",
    "127.0.0.1:8123@evil.example", "[::1]", "0.0.0.0:8123",
  ])
  func aForeignHostIsRefused(host: String) async throws {
    let window = try await Window(takes: 0)
    let bearer = [("Authorization", "Bearer \(window.access.token)")]
    for path in ["/?token=\(window.access.token)"] + Self.paths {
      let answer = try await window.send(
        Window.request(.GET, path, host: host, headers: bearer))
      #expect(answer.status == 403, "\(path)")
      #expect(answer.headers.first(name: "Set-Cookie") == nil)
      #expect(answer.sentence?.contains("host name") == true)
    }
    #expect(
      try await window.send(Window.request(.GET, "/api/project", host: nil, headers: bearer)).status
        == 403)
  }

  @Test(arguments: ["127.0.0.1:8123", "localhost:8123", "LOCALHOST:8123", "[::1]:8123"])
  func thisMachinesNamesAreAnswered(host: String) async throws {
    let window = try await Window(takes: 0)
    let bearer = [("Authorization", "Bearer \(window.access.token)")]
    let answer = try await window.send(
      Window.request(.GET, "/api/project", host: host, headers: bearer))
    #expect(answer.status == 200)
  }

  @Test(arguments: [
    "http://evil.example", "https://127.0.0.1:8123", "http://127.0.0.1:8124", "null", "",
    "http://127.0.0.1:8123.evil.example", "http://127.0.0.1",
  ])
  func aForeignOriginIsRefused(origin: String) async throws {
    let window = try await Window(takes: 1)
    let headers = [("Origin", origin)]
    let keep = try await window.ask(.POST, "/api/takes/1/keep", "{}", headers: headers)
    #expect(keep.status == 403)
    #expect(keep.sentence == "cannot answer: it was asked for by another page")
    #expect(try await window.ask(.GET, "/api/takes", headers: headers).status == 403)
    #expect(try await window.ask(.GET, "/api/takes").text.contains("\"judgement\"") == false)
  }

  @Test func thePagesOwnOriginIsAnswered() async throws {
    let window = try await Window(takes: 1)
    let headers = [("Origin", "http://127.0.0.1:8123"), ("Sec-Fetch-Site", "same-origin")]
    #expect(try await window.ask(.POST, "/api/takes/1/keep", "{}", headers: headers).status == 200)
  }

  /// A page of another program on this machine, to which a browser sends the cookie, too.
  @Test(arguments: ["cross-site", "same-site"])
  func whatAnotherSiteFetchesIsRefused(site: String) async throws {
    let window = try await Window(takes: 1)
    for path in Self.paths {
      let answer = try await window.ask(.GET, path, headers: [("Sec-Fetch-Site", site)])
      #expect(answer.status == 403, "\(path)")
    }
  }

  /// The page runs its own scripts alone, is in no frame, and sends its address nowhere.
  @Test func everyAnswerSaysSo() async throws {
    let window = try await Window(takes: 1)
    for path in ["/", "/studio.js", "/api/takes", "/nothing", "/api/takes/9"] {
      let headers = try await window.ask(.GET, path).headers
      let policy = try #require(headers.first(name: "Content-Security-Policy"))
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; "))
      #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
      #expect(headers.first(name: "X-Content-Type-Options") == "nosniff")
      #expect(headers.first(name: "Cache-Control") == "no-store")
    }
  }

  /// No script and no style stands in the page itself, nor does it name another machine.
  @Test func thePageIsOfItsFiles() async throws {
    let window = try await Window(takes: 0)
    let page = try await window.ask(.GET, "/").text
    #expect(!page.contains(#/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="/)/#))
    for (path, file) in StudioFile.all {
      let text = String(buffer: file.bytes)
      #expect(!text.contains(#/https?:\/\//#), "\(path)")
      #expect(!text.contains("innerHTML"), "\(path)")
      #expect(try await window.ask(.GET, path).text == text)
    }
  }

  @Test(arguments: [
    "/../project.toml", "/%2e%2e/project.toml", "/project.toml", "//etc/passwd", "/studio.js/",
    "/studio.js%00.css", "/Resources/page.html", "/page.html", "/api", "/api/", "/api/takes/",
    "/api/takes/1/", "/api/takes/../project", "/api/takes/1/roll/x", "/api/takes/1/cache",
    "/api/takes/0", "/api/takes/-1", "/api/takes/99999999999999999999", "/api/takes/1%2froll",
    "/api/takes/x/sound.wav", "/favicon.ico",
  ])
  func noPathLeadsToTheDisk(path: String) async throws {
    let window = try await Window(takes: 1)
    let answer = try await window.ask(.GET, path)
    #expect(answer.status == 404)
    #expect(answer.sentence?.hasPrefix("cannot find ") == true)
  }
}
