import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Studio
@testable import Workbench

/// What the studio answers, and what it does.
@Suite struct RouteTests {
  /// What a command prints with `--format json` is what the studio answers.
  private func expectSame(_ answer: Answer, _ result: some Encodable) throws {
    let printed = try JSONEncoder.ofResults(isPretty: true).encode(result)
    let object = try JSONSerialization.jsonObject(with: printed) as? NSDictionary
    #expect(try answer.json as NSDictionary == object)
  }

  @Test func itAnswersWhatTheCommandsPrint() async throws {
    let window = try await Window()
    let project = window.project
    try expectSame(await window.ask(.GET, "/api/project"), project.summary())
    try expectSame(
      await window.ask(.GET, "/api/takes"), project.takes(matching: TakeFilter(limit: 50)))
    try expectSame(await window.ask(.GET, "/api/takes/2"), project.show(.number(2)))
    try expectSame(await window.ask(.GET, "/api/takes/last"), project.show(.last))
    try expectSame(await window.ask(.GET, "/api/takes/2/roll"), project.roll(of: .number(2)))
  }

  @Test func aRollHasNotesAndPhrases() async throws {
    let window = try await Window(takes: 1)
    _ = try await window.ask(.POST, "/api/takes/1/keep", #"{"from": 1, "until": 2.5}"#)
    let roll = try await window.ask(.GET, "/api/takes/1/roll")
    #expect(
      roll.text == """
        {"notes":[[0,0.8,48,40],[1,1.8,51,50],[2,2.8,54,60],[3,3.8,57,70],[4,4.8,60,80]],\
        "pedal":[],"phrases":[{"from":1,"to":2.5}],"seconds":4.8,"take":1}

        """)
  }

  @Test func takesAreNarrowedAsByTheCommand() async throws {
    let window = try await Window()
    func numbers(_ query: String) async throws -> [Int] {
      let answer = try await window.ask(.GET, "/api/takes?\(query)")
      return try #require(answer.json["takes"] as? [[String: Any]], "\(query): \(answer.text)")
        .compactMap { $0["number"] as? Int }
    }
    _ = try await window.ask(.POST, "/api/takes/2/keep")
    _ = try await window.ask(.POST, "/api/takes/3/rate", #"{"rating": 4}"#)
    #expect(try await numbers("") == [3, 2, 1])
    #expect(try await numbers("limit=1") == [3])
    #expect(try await numbers("before=3") == [2, 1])
    #expect(try await numbers("verdict=kept") == [2])
    #expect(try await numbers("verdict=unjudged&before=3") == [1])
    #expect(try await numbers("rating=4") == [3])
    #expect(try await numbers("search=piece%202") == [2])
    #expect(try await numbers("search=%25") == [])
    #expect(try await numbers("origin=generated") == [])
    #expect(try await numbers("since=1d&heldOut=false").count <= 3)
  }

  @Test(arguments: [
    ("x=1", "cannot answer: takes are not narrowed by \"x\""),
    ("limit=0", "cannot answer: limit must be from 1 to 1000"),
    ("limit=1001", "cannot answer: limit must be from 1 to 1000"),
    ("limit=", "cannot answer: limit cannot be \"\""),
    ("origin=me", "cannot answer: origin cannot be \"me\""),
    ("rating=9", "cannot use rating 9: it must be from 1 to 5"),
    ("since=someday", "cannot answer: since cannot be \"someday\""),
  ])
  func aWrongQueryIsASentence(query: String, says: String) async throws {
    let answer = try await Window(takes: 0).ask(.GET, "/api/takes?\(query)")
    #expect(answer.status == 400)
    #expect(answer.sentence == says)
  }

  @Test func aRoundThatThereIsNotIsNotFound() async throws {
    let answer = try await Window(takes: 0).ask(.GET, "/api/takes?round=3")
    #expect(answer.status == 404)
    #expect(answer.sentence == "cannot find round 3: there is none")
  }

  @Test func verdictsAreStoredAndTakenBack() async throws {
    let window = try await Window(takes: 1)
    func standing() throws -> TakeLine { try window.project.show(.number(1)).line }
    let kept = try await window.ask(.POST, "/api/takes/1/keep", "{}")
    #expect(kept.text == #"{"isUndone":false,"verdicts":[{"kind":"keep","take":1}]}"# + "\n")
    #expect(try standing().judgement == "keep")
    _ = try await window.ask(.POST, "/api/takes/1/discard", "{}")
    #expect(try standing().judgement == "discard")
    let undone = try await window.ask(.POST, "/api/takes/1/undo", "{}")
    #expect(undone.text == #"{"isUndone":true,"verdicts":[{"kind":"discard","take":1}]}"# + "\n")
    #expect(try standing().judgement == "keep")
    let words = "<script>alert(1)</script> \u{202E} \"' \\ \u{1B}[2J"
    let body = String(decoding: try JSONEncoder().encode(["note": words]), as: UTF8.self)
    #expect(try await window.ask(.POST, "/api/takes/1/note", body).status == 200)
    #expect(try standing().note == words)
    _ = try await window.ask(.POST, "/api/takes/1/rate", #"{"rating": 5}"#)
    #expect(try standing().rating == 5)
    _ = try await window.ask(.POST, "/api/undo")
    #expect(try standing().rating == nil)
  }

  @Test(arguments: [
    (
      "keep", #"{"from": 3, "until": 2}"#,
      "cannot keep 0:03 to 0:02 of take 1: it would end before it begins"
    ),
    (
      "keep", #"{"from": 1, "until": 99}"#,
      "cannot keep 0:01 to 1:39 of take 1: the take is 0:05 long"
    ),
    ("keep", #"{"from": -1}"#, "cannot answer: a phrase begins and ends at 0 seconds or later"),
    ("rate", "{}", "cannot answer: a rating is missing"),
    ("rate", #"{"rating": 6}"#, "cannot use rating 6: it must be from 1 to 5"),
    ("note", "{}", "cannot answer: a note is missing"),
    ("note", #"{"note": " "}"#, "cannot note anything of take 1: there are no words"),
  ])
  func aWrongVerdictIsASentence(verdict: String, body: String, says: String) async throws {
    let window = try await Window(takes: 1)
    let answer = try await window.ask(.POST, "/api/takes/1/\(verdict)", body)
    #expect(answer.status == 400)
    #expect(answer.sentence == says)
    #expect(try await window.ask(.POST, "/api/undo").status == 409, "something was stored")
  }

  @Test(arguments: [
    "[", "[]", "1", "null", #"{"rating": "5"}"#, #"{"from": 1e999}"#, #"{"rating": 1.5}"#, "\u{0}",
    String(repeating: "[", count: 60_000),
  ])
  func anOddBodyIsRefused(body: String) async throws {
    let window = try await Window(takes: 1)
    let answer = try await window.ask(.POST, "/api/takes/1/rate", body)
    #expect(answer.status == 400, "\(answer.text)")
    #expect(answer.sentence?.hasPrefix("cannot answer: ") == true)
  }

  @Test func aLongBodyIsRefused() async throws {
    let window = try await Window(takes: 1)
    let body = #"{"note": ""# + String(repeating: "a", count: 70_000) + #""}"#
    let answer = try await window.ask(.POST, "/api/takes/1/note", body)
    #expect(answer.status == 413)
    #expect(answer.sentence == "cannot answer: what was sent is longer than 65536 bytes")
  }

  /// What a form of another page can send is no JSON.
  @Test func aFormIsRefused() async throws {
    let window = try await Window(takes: 1)
    let answer = try await window.ask(
      .POST, "/api/takes/1/note", "note=x",
      headers: [("Content-Type", "application/x-www-form-urlencoded")])
    #expect(answer.status == 400)
  }

  @Test func aWrongMethodIsRefused() async throws {
    let window = try await Window(takes: 1)
    for (method, path, allowed) in [
      (HTTPMethod.POST, "/", "GET"), (.POST, "/studio.js", "GET"), (.DELETE, "/api/takes", "GET"),
      (.GET, "/api/takes/1/keep", "POST"), (.PUT, "/api/takes/1", "GET"),
      (.GET, "/api/undo", "POST"),
    ] {
      let answer = try await window.ask(method, path)
      #expect(answer.status == 405)
      #expect(answer.headers.first(name: "Allow") == allowed)
      #expect(answer.sentence == "cannot do that with \(path): it takes \(allowed)")
    }
  }

  @Test func whatThereIsNotIsNotFound() async throws {
    let answer = try await Window(takes: 1).ask(.GET, "/api/takes/9")
    #expect(answer.status == 404)
    #expect(answer.sentence == "cannot find take 9: the library has none of that number")
  }

  /// One table of keys for the terminal and the page.
  @Test func theKeysAreThoseOfAnAudition() async throws {
    let answer = try await Window(takes: 0).ask(.GET, "/api/keys")
    let keys = try #require(answer.json["keys"] as? [[String: Any]])
    #expect(keys.count == AuditionKey.table.count)
    #expect(keys.map { $0["explanation"] as? String } == AuditionKey.table.map(\.explanation))
    let script = String(buffer: try #require(StudioFile.all["/studio.js"]).bytes)
    for action in Set(keys.compactMap { $0["action"] as? String }) {
      let isDone = [",", ":", "("].contains { script.contains("\n  \(action)\($0)") }
      #expect(isDone, "the page does nothing at \(action)")
    }
  }
}
