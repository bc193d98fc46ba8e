import Foundation
import Testing

/// What results tell a program and a person.
@Suite struct ResultTests {
  private struct List: Decodable {
    struct Take: Decodable {
      struct Making: Decodable {
        var model: String
        var seed: UInt64
        var stream: Int
        var temperature: Double
        var topP: Double
        var primer: String?
      }
      var number: Int
      var made: Making?
    }
    var takes: [Take]
  }

  @Test func howATakeWasMadeStandsInFields() throws {
    let bench = try FaultBench()
    let call = ["generate", "--count", "1", "--seconds", "2", "--seed", "5", "--after", "5"]
    #expect(try bench.run(call + ["--temperature", "0.9", "--top-p", "0.5"]).status == 0)
    let text = try bench.run(["takes", "--format", "json", "--limit", "1"]).output
    let take = try #require(JSONDecoder().decode(List.self, from: Data(text.utf8)).takes.first)
    let made = try #require(take.made)
    #expect(take.number == 11)
    #expect((made.seed, made.stream) == (5, 0))
    #expect((made.temperature, made.topP) == (0.9, 0.5))
    #expect(made.primer == "take 5")
    let shown = try bench.run(["show", "11"]).output
    #expect(
      shown.contains("model    \(made.model), seed 5, stream 0, temperature 0.9, top-p 0.5"))
  }

  /// Takes 1 to 8 are played, 9 is the base's and 10 is a copy of it, see `FaultBench`.
  @Test func takesAreChosenByWhatWasSaidOfThem() throws {
    let bench = try FaultBench()
    func numbers(_ options: String...) throws -> [Int] {
      let outcome = try bench.run(["takes", "--format", "json"] + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      return try JSONDecoder().decode(List.self, from: Data(outcome.output.utf8)).takes.map(
        \.number)
    }
    let all = try numbers()
    for call in [["keep", "2"], ["keep", "3", "--from", "1", "--to", "3"], ["discard", "4"]] {
      #expect(try bench.run(call).status == 0)
    }
    for call in [["rate", "2", "3"], ["rate", "3", "5"]] {
      #expect(try bench.run(call).status == 0)
    }
    let before = Set(try numbers("--kept")).subtracting([2, 3])
    #expect(try numbers("--kept").filter { !before.contains($0) } == [3, 2])
    #expect(try numbers("--discarded").contains(4))
    #expect(try numbers("--kept", "--rating", "4") == [3])
    #expect(try numbers("--rating", "3") == [3, 2])
    #expect(try numbers("--unjudged", "--rating", "3") == [])
    let judged = Set(try numbers("--kept") + numbers("--discarded"))
    #expect(try numbers("--unjudged") == all.filter { !judged.contains($0) })
    #expect(try numbers("--since", "1900-01-01") == all)
    #expect(try numbers("--since", "2999-12-31") == [])

    #expect(try bench.run(["export", "--rating", "3", "--to", "rated"]).status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: bench.project.appending(path: "rated").path()
      ).sorted() == ["take-2-played.mid", "take-3-played.mid"])
    for (call, status, says) in [
      (["takes", "--kept", "--discarded"], 2, "cannot run this: "),
      (["takes", "--since", "someday"], 2, "cannot use --since someday: "),
      (["takes", "--rating", "6"], 2, "cannot use a rating of 6: it must be from 1 to 5\n"),
      (["takes", "--round", "9"], 1, "cannot find round 9: there is none; see: woodshed rounds\n"),
      (
        ["export", "--since", "2999-12-31"], 1, "cannot choose takes of blues: none is as you asked"
      ),
      (["play"], 2, "cannot tell which takes are meant: name them by number, or say which by "),
      (["play", "1", "--with-primer", "--from", "3"], 2, "cannot use --with-primer with --from: "),
      (["tune", "--resume", "--passes", "2"], 2, "cannot use --passes with --resume: "),
      (["tune", "--precision", "int8"], 2, "cannot use --precision int8 here: "),
    ] as [([String], Int32, String)] {
      let outcome = try bench.run(call)
      #expect(outcome.status == status, "\(outcome)")
      #expect(outcome.error.hasPrefix(says), "\(outcome.error)")
    }
  }

  @Test func takesAreDeletedWhenThatIsMeant() throws {
    let bench = try FaultBench()
    let unasked = try bench.run(["delete", "9"])
    #expect(unasked.status == 2)
    #expect(
      unasked.error
        == "cannot ask whether you mean it: there is no terminal; say --yes if you do\n")
    let trained = try bench.run(["delete", "9", "5", "--yes"])
    #expect(trained.status == 1)
    #expect(trained.error.hasPrefix("cannot delete take 5: "), "\(trained.error)")
    #expect(try bench.ask("SELECT count(*) FROM take") == [10])
    let outcome = try bench.run(["delete", "9-10", "--yes"])
    #expect(
      outcome.output == """
        deleted take 9; a copy is deleted/take-9-generated.mid
        deleted take 10; a copy is deleted/take-10-generated.mid

        """)
    #expect(try bench.run(["doctor"]).status == 0)
    #expect(try bench.run(["holdout"]).status == 0)
    #expect(try bench.run(["holdout", "--release", "9"]).error.hasPrefix("cannot find take 9: "))
  }

  /// A blind comparison that is broken off before its first answer has a result, too.
  @Test func aBlindComparisonWithoutAnAnswerIsCounted() throws {
    struct Tally: Decodable {
      var a: String
      var b: String
      var pairs: Int
    }
    let bench = try FaultBench()
    let call = ["compare", "base", "1", "--blind", "1", "--seconds", "2", "--seed", "3"]
    let outcome = try bench.run(call + ["--format", "json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let tally = try JSONDecoder().decode(Tally.self, from: Data(outcome.output.utf8))
    #expect(tally.a == "the base" && tally.b == "round 1", "\(tally)")
    #expect(tally.pairs == 0)
    #expect(try bench.run(call).output == "heard blind: no pair was answered\n")
  }

  @Test func weightsThatWereRemovedAreSaidToBe() throws {
    let bench = try FaultBench()
    #expect(try bench.run(["rounds", "use", "base"]).status == 0)
    #expect(try bench.run(["rounds", "remove", "1"]).status == 0)
    let says =
      "cannot open round 1: its weights were removed by you, and only its record is left\n"
    for words in [
      ["rounds", "use", "1"], ["generate", "--model", "1"], ["rounds", "remove", "1"],
    ] {
      let outcome = try bench.run(words)
      #expect(outcome.status == 1)
      #expect(outcome.error == says)
    }
    #expect(try bench.run(["rounds", "show", "1"]).output.contains("removed by you"))
  }

  @Test func aStyleOfARoundThatIsNotThereIsNoEmptyLibrary() throws {
    let bench = try FaultBench()
    let outcome = try bench.run(["plot", "style", "me", "9"])
    #expect(outcome.status == 1)
    #expect(outcome.error == "cannot find round 9: there is none; see: woodshed rounds\n")
  }
}
