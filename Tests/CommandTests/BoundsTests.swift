import ArgumentParser
import Foundation
import Player
import Testing
import Workbench

@testable import woodshed

/// Every option and argument of every command, as the program itself declares them.
struct CommandWords: Sendable, CustomTestStringConvertible {
  /// The command and what it cannot do without.
  var call: [String]
  /// What it is called: "base train".
  var name: String
  /// The options that take a number, such as "--top-p".
  var numbers: [String] = []
  /// The options that take anything else.
  var others: [String] = []
  /// The places of numbers among the arguments of ``call``.
  var numberedArguments: [Int] = []

  var testDescription: String { name }

  /// What each command cannot do without, in a project with ten takes and a round.
  private static let needs = [
    "new": ["other", "--template", "tiny"], "simulate": ["simulated", "--template", "tiny"],
    "tour": ["toured", "--template", "tiny"], "play": ["1"], "import": ["../../more"],
    "show": ["1"], "tokens": ["../../midi/1.mid"], "export": ["1"], "render": ["9"],
    "plot take": ["1"], "backup": ["blues.tar"], "restore": ["blues.tar"], "keep": ["1"],
    "discard": ["1"], "delete": ["9", "--yes"], "rate": ["1", "3"], "note": ["1", "words"],
    "rounds show": ["1"],
    "rounds use": ["1"], "rounds remove": ["1"], "rounds verify": ["1"],
    "compare": ["base", "current"], "gauge try": ["density"], "evaluate": ["../../midi"],
    "base evaluate": ["../../midi", "--template", "tiny"],
    "base pack": ["../../midi", "--to", "packed"],
    "base adopt": ["x.safetensors", "--template", "tiny"],
    "base grams": ["../../midi", "--template", "tiny"],
    "base train": [
      "../../midi", "--valid", "../../midi", "--checkpoint", "run", "--to", "weights",
    ],
  ]

  static let all: [CommandWords] = {
    func words(_ command: any ParsableCommand.Type, _ path: [String]) -> [CommandWords] {
      let subcommands = command.configuration.subcommands
      guard subcommands.isEmpty else {
        return subcommands.flatMap {
          words($0, path + [$0.configuration.commandName ?? "\($0)".lowercased()])
        }
      }
      let name = path.joined(separator: " ")
      let needed = needs[name] ?? []
      var found = CommandWords(call: path + needed, name: name)
      found.add(command)
      let optionsBegin = needed.firstIndex { $0.hasPrefix("-") } ?? needed.count
      found.numberedArguments = needed[..<optionsBegin].indices
        .filter { Int(needed[$0]) != nil }.map { $0 + path.count }
      return [found]
    }
    return words(Woodshed.self, [])
  }()

  private mutating func add(_ type: any ParsableArguments.Type) {
    for child in Mirror(reflecting: type.init()).children {
      if let group = child.value as? any OptionsOfManyCommands {
        add(group.members)
      } else if let choice = child.value as? any OptionWithValue {
        let property = String(child.label?.dropFirst() ?? "")
        let name =
          property == "kind"
          ? "--as"
          : "--"
            + property.map { $0.isUppercase ? "-" + $0.lowercased() : "\($0)" }.joined()
        if choice.isNumber { numbers.append(name) } else { others.append(name) }
      }
    }
  }
}

private protocol OptionWithValue { var isNumber: Bool { get } }

extension Option: OptionWithValue {
  fileprivate var isNumber: Bool {
    let numbers: [Any.Type] = [
      Int.self, Int?.self, Double.self, Double?.self, UInt64.self, UInt64?.self, TakeTime?.self,
      [BatchShape].self,
    ]
    return numbers.contains { $0 == Value.self }
  }
}

private protocol OptionsOfManyCommands { var members: any ParsableArguments.Type { get } }

extension OptionGroup: OptionsOfManyCommands {
  fileprivate var members: any ParsableArguments.Type { Value.self }
}

@Suite struct BoundsTests {
  /// What no number may be, but for those of ``fine``.
  private static let values = ["nan", "inf", "-inf", "1e300", "-1", "0", "9223372036854775808"]

  /// Options to which 0 is a value like any other.
  private static let fine: Set<String> = [
    "--seed", "--reverb", "--gain", "--dial", "--strength", "--dropout", "--limit",
    "report --takes", "simulate --rounds",
    "--from",
  ]

  /// Options to which numbers below 0 are values like any other.
  private static let negative: Set<String> = ["--gain", "--dial", "--strength"]

  private func isFine(_ value: String, _ option: String, of command: String) -> Bool {
    switch value {
    case "0": Self.fine.contains(option) || Self.fine.contains("\(command) \(option)")
    case "-1": Self.negative.contains(option)
    default: false
    }
  }

  /// Whether the program said one sentence, after which the usage may stand.
  private func isOneSentence(_ error: String) -> Bool {
    error.split(separator: "\n").count { $0.hasPrefix("Error: ") || $0.hasPrefix("cannot ") } == 1
  }

  /// All files of the workbench but for the library's log.
  private func files(_ bench: FaultBench) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path()).sorted()
      .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
  }

  @Test func reflectionFindsThem() {
    let options = CommandWords.all.flatMap { $0.numbers + $0.others }
    #expect(CommandWords.all.flatMap(\.numbers).count >= 44)
    #expect(
      Set(["--top-p", "--learning-rate", "--as", "--soundfont", "--look-back"]).isSubset(
        of: options))
    let help = CommandWords.all.count { $0.others.contains("--project") }
    #expect(help >= 25)
  }

  @Test(arguments: CommandWords.all) func aNumberOutOfBoundsIsWrongUse(words: CommandWords) throws {
    let bench = try FaultBench()
    let (state, before) = (try LibraryState(of: bench), try files(bench))
    var calls: [[String]] = []
    for value in Self.values {
      for option in words.numbers where !isFine(value, option, of: words.name) {
        calls.append(words.call + [option, value])
        if words.name == "tune" { calls.append(words.call + ["--dry-run", option, value]) }
      }
      for place in words.numberedArguments {
        var call = words.call
        call[place] = value
        calls.append(call)
      }
    }
    for call in calls {
      let outcome = try bench.run(call)
      // A round's number may be too small for there to be such a round.
      #expect(outcome.status == 2 || outcome.status == 1 && call.last == "0", "\(call): \(outcome)")
      #expect(outcome.output.isEmpty, "\(call)")
      #expect(isOneSentence(outcome.error), "\(call): \(outcome.error)")
    }
    #expect(try LibraryState(of: bench) == state)
    #expect(try files(bench) == before)
  }

  @Test(arguments: CommandWords.all) func nothingIsNoValue(words: CommandWords) throws {
    let bench = try FaultBench()
    let (state, before) = (try LibraryState(of: bench), try files(bench))
    var calls = (words.numbers + words.others).flatMap { option in
      [words.call + [option, ""], words.call + [option + "="]]
    }
    let path = words.name.split(separator: " ").count
    for place in words.call.indices.dropFirst(path) where !words.call[place].hasPrefix("-") {
      var call = words.call
      call[place] = ""
      calls.append(call)
    }
    for call in calls {
      let outcome = try bench.run(call)
      #expect(outcome.status == 2, "\(call): \(outcome)")
      #expect(outcome.output.isEmpty, "\(call)")
      #expect(isOneSentence(outcome.error), "\(call): \(outcome.error)")
    }
    #expect(try LibraryState(of: bench) == state)
    #expect(try files(bench) == before)
  }

  @Test(arguments: [
    (["generate", "--seconds", "inf"], "cannot use --seconds inf: it must be from 1 to 3600"),
    (["generate", "--seconds", "1e19"], "cannot use --seconds 1e+19: it must be from 1 to 3600"),
    (["generate", "--top-p", "0"], "cannot use --top-p 0: it must be above 0 and up to 1"),
    (["generate", "--count", "-1"], "cannot use --count -1: it must be from 1 to 256"),
    (
      ["generate", "--seed", "9223372036854775808"],
      "cannot use --seed 9223372036854775808: it must be from 0 to 9223372036854775807"
    ),
    (["tune", "--minutes", "nan"], "cannot use --minutes nan: it must be from 0.01 to 100000"),
    (
      ["tune", "--dry-run", "--minutes", "0"],
      "cannot use --minutes 0: it must be from 0.01 to 100000"
    ),
    (["takes", "--limit", "-1"], "cannot use --limit -1: it must be 1 or more, or 0 for all"),
    (["render", "9", "--gain", "6"], "cannot use --gain 6: it must be from -40 to 0 decibels"),
    (
      ["compare", "1", "base", "--seconds", "nan"],
      "cannot use --seconds nan: it must be from 1 to 3600"
    ),
    (["rate", "1", "9"], "cannot use a rating of 9: it must be from 1 to 5"),
    (
      ["export", "--to", "", "1"],
      "cannot use --to with nothing after it: say what it is, or leave --to away"
    ),
    (["import", ""], "cannot use an empty argument: say what it is, or leave it away"),
    (
      ["backup", "-"],
      "cannot use a backup named -: it must be a file that is not there yet, or a folder"
    ),
  ])
  func theSentenceNamesTheOption(arguments: [String], says: String) throws {
    let outcome = try FaultBench().run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.error == says + "\n")
  }
}
