import Foundation
import Testing

/// What the Tab key offers, by bash itself.
@Suite final class CompletionTests {
  let folder: URL

  /// A workbench with a project, and a folder of music beside it.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "woodshed-\(UUID())")
    for name in ["Projects", "Templates", "midi/old tapes", "Projects/blues"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    let files = [
      "Projects/blues/project.toml", "midi/one.mid", "midi/TWO.MID", "midi/words.txt",
      "mine.safetensors", "mild.txt", "midi/old tapes/three.mid",
    ]
    for name in files { try Data().write(to: folder.appending(path: name)) }
    try Data(Program.run(["--generate-completion-script", "bash"]).output.utf8)
      .write(to: folder.appending(path: "completion.bash"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What bash offers for the last of these words.
  private func offered(_ words: String..., in place: URL? = nil) throws -> [String] {
    let script = """
      source '\(folder.path())/completion.bash'
      COMP_WORDS=(woodshed "$@"); COMP_CWORD=$#; COMP_LINE="woodshed $*"; COMP_POINT=${#COMP_LINE}
      woodshed() { "$PROGRAM" "$@"; }
      _woodshed woodshed "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script, "bash"] + words
    process.currentDirectoryURL = place ?? folder
    process.environment = try ["PROGRAM": Program.executable.path(), "PATH": "/usr/bin:/bin"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func whatTakesMusicOffersMusicAndFolders() throws {
    #expect(try offered("import", "mi") == ["midi"])
    #expect(try offered("import", "midi/") == ["midi/TWO.MID", "midi/old tapes", "midi/one.mid"])
    #expect(try offered("import", "midi/one.mid", "midi/o") == ["midi/old tapes", "midi/one.mid"])
    #expect(try offered("tokens", "midi/o") == ["midi/old tapes", "midi/one.mid"])
    #expect(try offered("base", "evaluate", "mi") == ["midi"])
  }

  @Test func aPlaceOffersWhatMayStandThere() throws {
    #expect(try offered("new", "mi") == ["midi"])
    #expect(try offered("base", "adopt", "mi") == ["midi", "mine.safetensors"])
    #expect(try offered("plot", "rounds", "--to", "mi") == ["midi"])
  }

  @Test func aNameIsOfferedBesideFiles() throws {
    #expect(try offered("generate", "--after", "l") == ["last"])
    #expect(
      try offered("generate", "--after", "mi")
        == ["midi/TWO.MID", "midi/old tapes/", "midi/one.mid"])
    #expect(try offered("generate", "--after", "midi/old\\ t") == ["midi/old tapes/three.mid"])
    #expect(
      try offered("generate", "--model", "").filter { !$0.hasSuffix("/") } == [
        "base", "current", "mine.safetensors",
      ])
    #expect(try offered("compare", "m").contains("me"))
    #expect(try offered("generate", "--toward", "re") == ["register"])
    #expect(try offered("takes", "--project", "b") == ["blues"])
    #expect(try offered("takes", "--project", "Pro") == ["Projects/blues/"])
    #expect(try offered("play", "l") == ["last"])
    #expect(try offered("play", "last", "--to", "sp") == ["speakers"])
    #expect(try offered("audition", "--order", "n") == ["newest"])
  }

  @Test func theNumbersOfTakesAndRoundsAreOffered() throws {
    let bench = try FaultBench()
    func offered(_ words: String...) throws -> [String] {
      try words.count == 2
        ? self.offered(words[0], words[1], in: bench.project)
        : self.offered(words[0], words[1], words[2], in: bench.project)
    }
    #expect(try offered("show", "1") == ["1", "10"])
    #expect(try offered("keep", "").count == 11)
    #expect(try offered("generate", "--after", "1") == ["1", "10"])
    #expect(try offered("generate", "--model", "1") == ["1"])
    #expect(try offered("rounds", "use", "1") == ["1"])
    #expect(try offered("rounds", "show", "") == ["1"])
    #expect(try offered("takes", "--round", "") == ["1"])
    let project = bench.project.path()
    #expect(
      try self.offered("show", "--project", project, "1") == ["1", "10"])
    // Where no library can be read, nothing is said.
    #expect(try self.offered("show", "") == ["last"])
  }

  /// bash expands what a program offers it.
  @Test func aNameIsNeverACommand() throws {
    let name = "$(touch made)`touch made`.mid"
    try Data().write(to: folder.appending(path: name))
    #expect(try offered("generate", "--after", "").contains(name))
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "made").path()))
  }

  /// Values that are numbers, times or words, though their help speaks of takes.
  private static let numbersAndWords: Set<String> = [
    "search", "from", "until", "at", "rating", "round", "since", "to", "strength", "density",
    "register",
    "loudness", "touch", "pitches", "from-notes",
  ]

  /// Of all arguments: the help of one that takes a place, a port or a name says so.
  @Test func everyArgumentThatNamesAPlaceIsCompleted() throws {
    let dump = try JSONSerialization.jsonObject(
      with: Data(Program.run(["--experimental-dump-help"]).output.utf8))
    let command = try #require((dump as? [String: Any])?["command"] as? [String: Any])
    var seen = 0
    func look(_ command: [String: Any], path: String) {
      let name = command["commandName"] as? String ?? ""
      for argument in command["arguments"] as? [[String: Any]] ?? [] {
        guard argument["kind"] as? String != "flag", let help = argument["abstract"] as? String,
          help.contains(#/\b(?i:files?|folders?|ports?|template|project|weights|takes?)\b/#),
          !Self.numbersAndWords.contains(argument["valueName"] as? String ?? ""),
          argument["defaultValue"].flatMap({ Double("\($0)") }) == nil
        else { continue }
        seen += 1
        if argument["completionKind"] == nil {
          Issue.record("\(path) \(name): \(argument["valueName"] ?? ""): \(help)")
        }
      }
      for inner in command["subcommands"] as? [[String: Any]] ?? [] {
        look(inner, path: "\(path) \(name)")
      }
    }
    look(command, path: "")
    #expect(seen > 60)
  }
}
