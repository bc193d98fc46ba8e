import ArgumentParser
import Foundation
import MIDI
import Testing

@testable import woodshed

@Suite struct HelpTests {
  /// Every command, spelled as it is typed.
  static let commands: [String] = {
    func names(_ command: any ParsableCommand.Type, _ prefix: String) -> [String] {
      let shown = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
      return shown.flatMap { sub -> [String] in
        let name = prefix + (sub.configuration.commandName ?? "\(sub)".lowercased())
        return [name] + names(sub, name + " ")
      }
    }
    return names(Woodshed.self, "")
  }()

  @Test(arguments: commands)
  func everyCommandIsInTheREADMEAndHasAnExample(command: String) throws {
    let readme = try String(
      contentsOf: Program.checkout.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains("woodshed \(command)"))
    guard command != "base" else { return }
    let help = try Program.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("woodshed \(command)"), "\(help.output)")
    let discussion = help.output.split(separator: "\n").dropFirst()
      .first { $0.hasPrefix("woodshed ") || $0.hasPrefix("  woodshed ") }
    #expect(discussion != nil, "no example in the help of \(command)")
  }

  /// Those that are parsed without the others are called as they are among them.
  @Test func whatIsTypedMostHasItsName() {
    for (name, command) in Woodshed.typedMost {
      #expect(name == command.configuration.commandName ?? "\(command)".lowercased())
      #expect(Self.commands.contains(name))
    }
  }

  @Test func thereAreAllCommands() {
    #expect(
      Set(Self.commands) == [
        "new", "tour", "accompany", "infill", "vary", "gauge", "gauge try", "import", "takes",
        "show", "tokens", "export",
        "tune", "generate",
        "evaluate", "base", "base train", "base evaluate", "base pack", "base adopt",
        "audition",
        "ports", "record", "duet", "play", "benchmark", "keep", "discard", "rate", "note", "undo",
        "rounds", "rounds list", "rounds show", "rounds use", "rounds remove", "rounds verify",
        "compare", "base grams",
        "render", "plot", "plot take", "plot rounds", "plot style", "plot practice", "report",
        "backup", "restore", "doctor", "holdout", "delete", "perform", "beforeafter", "studio",
      ])
  }
}

@Suite struct ExitTests {
  @Test(arguments: [
    ["nonsense"], ["takes", "--limit", "x"], ["generate", "--model", "nonsense"], ["export"],
    ["tune", "--seed"], ["keep", "12", "--from", "1:75"], ["rate", "12"], ["undo", "x"],
    ["rounds", "show"], ["compare", "1"], ["compare", "1", "you"],
    ["benchmark", "--seconds", "nan"], ["benchmark", "--shape", "4096x4096"],
  ])
  func wrongUsageIsTwo(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains("Usage:") || outcome.error.hasPrefix("cannot "))
  }

  /// What ArgumentParser says begins as all other sentences do.
  @Test(arguments: [
    (["generate", "--count", "nan"], "cannot use --count nan: it cannot have that value\n"),
    (["generate", "--seed", "-1"], "cannot use --seed -1: it cannot have that value\n"),
    (["export", "0"], "cannot use 0 as <takes>: it cannot have that value\n"),
    (["rate", "4", "3.5"], "cannot use 3.5 as <rating>: it cannot have that value\n"),
    (["rate", "4"], "cannot run this: missing expected argument '<rating>'\n"),
    (["takes", "--nonsense"], "cannot run this: unknown option '--nonsense'\n"),
    (["generate", "--at", "-5"], "cannot use --at -5: it cannot have that value\n"),
    (["shwo", "3"], "cannot run shwo: there is no such command; did you mean show?\n"),
    (["tkaes"], "cannot run tkaes: there is no such command; did you mean takes?\n"),
    (["qwertz"], "cannot run qwertz: there is no such command; woodshed --help lists them all\n"),
  ])
  func wrongUsageIsASentence(arguments: [String], says: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.error.hasPrefix(says), "\(outcome.error)")
  }

  @Test func defaultsAreShownAsTheyAreTyped() throws {
    let help = try Program.run(["help", "plot", "style"])
    #expect(help.output.contains("(default: me, base, current)"), "\(help.output)")
  }

  @Test(arguments: [
    (
      ["takes", "--project", "/nowhere/at/all"],
      "cannot open project /nowhere/at/all: there is none of that name"
    ),
    (["tokens", "/nowhere.mid"], "cannot use /nowhere.mid: cannot read /nowhere.mid"),
    (
      ["evaluate", "--model", "/nowhere.safetensors", "/nowhere.mid"],
      "cannot use /nowhere.mid: cannot read /nowhere.mid"
    ),
    (
      ["new", "x", "--template", "none"],
      "cannot open template none: there is none of that name; known: solo-piano"
    ),
    (
      ["base", "grams", "/nowhere.mid", "--template", "none"],
      "cannot open template none: there is none of that name; known: solo-piano"
    ),
    (
      ["base", "grams", "/nowhere.mid"],
      "cannot use /nowhere.mid: cannot read /nowhere.mid"
    ),
    (
      ["base", "train", "/nowhere.mid", "--valid", "x", "--checkpoint", "/tmp/none", "--to", "y"],
      "cannot use /nowhere.mid: cannot read /nowhere.mid"
    ),
  ])
  func failureIsOneSentenceAndOne(arguments: [String], says: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix(says), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  /// What is asked of a project with nothing in it.
  @Test(arguments: [
    (
      ["keep", "3"], "cannot find take 3: the library has none of that number; see: woodshed takes"
    ),
    (["keep", "last"], "cannot find the last take of p: the library is empty"),
    (["tune", "--dry-run"], "cannot tune p: it has no played takes"),
    (["tune", "--from", "2"], "cannot find round 2: there is none; see: woodshed rounds"),
    (["plot", "style", "me"], "cannot draw your style: there is none of your own playing for it"),
    (["rounds", "use", "2"], "cannot find round 2: there is none; see: woodshed rounds"),
    (["rounds", "use", "x.safetensors"], "cannot find round x.safetensors: there is none"),
    (["rounds", "remove", "1"], "cannot find round 1: there is none"),
    (["rounds", "verify", "1"], "cannot find round 1: there is none"),
    (["compare", "base", "me"], "cannot compare with you: it needs two takes of your own"),
    (["undo"], "cannot undo a verdict in "),
  ])
  func anEmptyProjectSaysWhatItLacks(arguments: [String], says: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let project = folder.appending(path: "p").path()
    #expect(try Program.run(["new", project]).status == 0)
    let outcome = try Program.run(arguments + ["--project", project])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix(says), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1)
    let rounds = try Program.run(["rounds", "--project", project])
    #expect(rounds.output.hasPrefix("0 rounds, the base is in use; models take "))
  }

  /// A project is opened by its path from a folder that is gone; without one the sentence comes at once.
  @Test func theCurrentFolderIsGone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let project = folder.appending(path: "p").path()
    #expect(try Program.run(["new", project]).status == 0)
    // Bounded in memory and time, should a walk upward never end.
    let gone = [
      "bash", "-c", "mkdir \"$0\" && cd \"$0\" && rmdir \"$0\" && exec timeout 20 \"$@\"",
    ]
    let place = folder.appending(path: "gone").path()
    let start = ["bash", "-c", "ulimit -v 4000000; exec \"$0\" \"$@\""] + gone + [place]
    let named = try Program.run(["takes", "--project", project], through: start)
    #expect(named.status == 0, "\(named.error)")
    // A home without projects, whatever the checkout's own has.
    let home = folder.appending(path: "home")
    for name in ["Projects", "Templates"] {
      try FileManager.default.createDirectory(
        at: home.appending(path: name), withIntermediateDirectories: true)
    }
    let unnamed = try Program.run(
      ["takes"], through: ["env", "WOODSHED_HOME=\(home.path())"] + start)
    #expect(unnamed.status == 1)
    #expect(
      unnamed.error.hasPrefix("cannot find a project: the current folder is gone"),
      "\(unnamed.error)")
    let missing = try Program.run(["takes", "--project", "nowhere-at-all"], through: start)
    #expect(missing.status == 1)
    #expect(
      missing.error.hasPrefix("cannot open project nowhere-at-all: there is none of that name"),
      "\(missing.error)")
  }

  /// By a name that is not UTF-8 nothing is found, and nothing is written to another one.
  @Test func whatIsNoTextIsRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for command in ["import", "export 1 --to", "backup"] {
      let outcome = try Program.run(
        [command], in: folder,
        through: ["bash", "-c", "exec \"$0\" $1 \"$(printf 'lat\\xe9.mid')\""])
      #expect(outcome.status == 1)
      #expect(
        outcome.error
          == "cannot take 'lat\u{FFFD}.mid': it is not UTF-8; write it so, or rename the file "
          + "that it names\n")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()).isEmpty)
    try Data().write(to: folder.appending(path: "-x.mid"))
    let dashed = try Program.run(["import", "-x.mid"], in: folder)
    #expect(dashed.status == 2)
    #expect(dashed.error.contains("say ./-x.mid\n"), "\(dashed.error)")
    // It has an h in it, which asks for help.
    let helpful = try Program.run(["import", "-dash.mid"], in: folder)
    #expect(helpful.status == 2 && helpful.output.isEmpty)
    #expect(
      helpful.error
        == "cannot use -dash.mid: it looks like an option; to name the file, say ./-dash.mid\n")
    // Behind -- it is no option, and -h asks for help whatever there is.
    #expect(
      try Program.run(["tokens", "--", "-x.mid"], in: folder).error
        .hasPrefix("cannot use "))
    try Data().write(to: folder.appending(path: "-h"))
    #expect(try Program.run(["import", "-h"], in: folder).status == 0)
  }

  @Test func tokensAreOneALine() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).mid")
    defer { try? FileManager.default.removeItem(at: file) }
    let notes = [Note(pitch: 60, velocity: 64, start: 0, end: 500_000_000)]
    try Data(StandardMIDIFile.bytes(of: MIDIEvent.events(of: notes))).write(to: file)
    let outcome = try Program.run(["tokens", file.path()])
    #expect(outcome.status == 0)
    // velocity bin 16, note-on 60, 500 ms, note-off 60
    #expect(outcome.output == "371\n60\n305\n188\n")
    let json = try Program.run(["tokens", file.path(), "--format", "json"])
    #expect(
      try JSONDecoder().decode([String: [[UInt16]]].self, from: Data(json.output.utf8))
        == ["takes": [[371, 60, 305, 188]]])
  }
}

/// The program on a terminal, where it shows how far it has come.
@Suite struct ProgressTerminalTests {
  @Test func anErrorTakesTheLineAway() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).mid")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("MThd".utf8).write(to: file)
    let terminal = try PseudoTerminal(
      ["base", "grams", file.path()], in: FileManager.default.temporaryDirectory)
    #expect(try await terminal.finish() == 1)
    #expect(terminal.written.contains("reading "))
    #expect(terminal.written.contains("\r\u{1B}[Kcannot use "), "\(terminal.written)")
  }
}
