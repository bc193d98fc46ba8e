import Foundation
import MIDI
import Synth
import Testing

/// Where things are written to.
@Suite struct PlaceTests {
  /// Nothing is there, and nothing is made there: a stick that is not mounted.
  @Test(arguments: [
    ["backup", "GONE/stick/"], ["backup", "GONE/blues.tar"], ["export", "1", "--to", "GONE/midi"],
    ["export", "1", "--to", "GONE/1.mid"], ["export", "1", "--to", "GONE/"],
    ["render", "9", "--to", "GONE/9.wav"], ["render", "9", "--to", "GONE/sound"],
    ["plot", "take", "1", "--to", "GONE/1.svg"], ["plot", "rounds", "--to", "GONE/rounds.svg"],
    ["report", "--to", "GONE/report.html"], ["base", "pack", "../../midi", "--to", "GONE/packed"],
    [
      "base", "train", "../../midi", "--valid", "../../midi", "--checkpoint", "GONE/run", "--to",
      "w",
    ],
    [
      "base", "train", "../../midi", "--valid", "../../midi", "--checkpoint", "run", "--to",
      "GONE/w",
    ],
    ["new", "GONE/blues", "--template", "tiny"], ["tour", "GONE/tour", "--template", "tiny"],
    ["restore", "GOOD", "--to", "GONE/blues"],
  ])
  func aFolderThatIsNotThereIsAnError(words: [String]) throws {
    let bench = try FaultBench()
    if words[0] == "render", (try? SoundFont.find()) == nil { return }
    let gone = bench.folder.appending(path: "gone")
    let good = bench.folder.appending(path: "good.tar").path()
    if words.contains("GOOD") { #expect(try bench.run(["backup", good]).status == 0) }
    let before = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path())
    let outcome = try bench.run(
      words.map {
        $0.replacing("GONE", with: gone.path()).replacing("GOOD", with: good)
      })
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.output.isEmpty)
    let sentence = outcome.error.split(separator: "\n")
    #expect(sentence.count == 1, "\(outcome.error)")
    #expect(outcome.error.contains(#/^cannot .*: there is no (such )?folder/#), "\(outcome.error)")
    let after = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path())
    func kept(_ names: [String]) -> [String] {
      names.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.sorted()
    }
    #expect(kept(after) == kept(before))
  }

  /// A tilde that no shell has read.
  @Test(arguments: [
    ["new", "~/gone/x", "--template", "tiny"], ["tour", "~/gone/x", "--template", "tiny"],
    ["simulate", "~/gone/x", "--template", "tiny"],
    [
      "base", "train", "../../midi", "--valid", "../../midi", "--checkpoint", "r", "--to",
      "~/gone/w",
    ],
    [
      "base", "train", "../../midi", "--valid", "../../midi", "--checkpoint", "~/gone/r", "--to",
      "w",
    ],
    [
      "base", "train", "../../midi", "--valid", "../../midi", "--checkpoint", "r", "--to", "w",
      "--from", "~/gone/w",
    ],
    ["base", "pack", "../../midi", "--to", "~/gone/packed"],
    ["base", "adopt", "~/gone/w.safetensors", "--template", "tiny"],
    ["generate", "--model", "~/gone/w.safetensors"], ["evaluate", "~/gone/x.mid"],
    ["import", "~/gone/x.mid"], ["tokens", "~/gone/x.mid"],
    ["generate", "--after", "~/gone/x.mid"],
    ["backup", "~/gone/x.tar"], ["restore", "~/gone/x.tar"],
    ["export", "1", "--to", "~/gone/x.mid"],
    ["plot", "take", "1", "--to", "~/gone/x.svg"], ["report", "--to", "~/gone/x.html"],
    ["render", "1", "--to", "~/gone/x.wav", "--soundfont", "~/gone/x.sf2"],
  ])
  func aTildeIsTheHomeFolderWhereverAPathIsNamed(words: [String]) throws {
    let bench = try FaultBench()
    let home = bench.folder.appending(path: "home").path()
    let outcome = try bench.run(words, environment: ["HOME": home])
    #expect(outcome.status == 1, "\(outcome)")
    #expect((outcome.error + outcome.output).contains("\(home)/gone/"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: bench.project.appending(path: "~").path()))
  }

  @Test func aProjectIsMadeAndFoundInTheHomeFolder() throws {
    let bench = try FaultBench()
    let home = ["HOME": bench.folder.path()]
    #expect(
      try bench.run(["new", "~/song", "--template", "tiny"], environment: home).status == 0)
    #expect(try bench.run(["takes", "--project", "~/song"], environment: home).status == 0)
    let file = bench.folder.appending(path: "song/project.toml").path()
    #expect(FileManager.default.fileExists(atPath: file))
    let elsewhere = try Program.run(
      ["takes", "--project", "blues"], environment: home.merging(["WOODSHED_HOME": "~"]) { $1 })
    #expect(elsewhere.status == 0, "\(elsewhere)")
  }

  @Test func aFolderInOneThatIsThereIsMade() throws {
    let bench = try FaultBench()
    #expect(try bench.run(["export", "1", "2", "--to", "midi"]).status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: bench.project.appending(path: "midi").path()
      ).sorted() == ["take-1-played.mid", "take-2-played.mid"])
  }

  @Test func oneTakeIsExportedToAFileOrToStandardOutput() throws {
    let bench = try FaultBench()
    #expect(try bench.run(["export", "1"]).status == 0)
    let usual = try Data(
      contentsOf: bench.project.appending(path: "exports/take-1-played.mid"))
    #expect(try bench.run(["export", "1", "--to", "orig.mid"]).status == 0)
    #expect(try Data(contentsOf: bench.project.appending(path: "orig.mid")) == usual)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c", "\"$0\" export 1 --to - > piped.mid", try Program.executable.path(),
    ]
    shell.currentDirectoryURL = bench.project
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(try Data(contentsOf: bench.project.appending(path: "piped.mid")) == usual)
    #expect(!FileManager.default.fileExists(atPath: bench.project.appending(path: "-").path()))
    for place in ["both.mid", "-"] {
      let outcome = try bench.run(["export", "1", "2", "--to", place])
      #expect(outcome.status == 2)
      #expect(
        outcome.error
          == "cannot use --to \(place): it must be a folder, as there is not one take but 2\n")
    }
    #expect(try bench.run(["export", "1", "--to", "take.wav"]).status == 2)
  }

  @Test(.enabled(if: (try? SoundFont.find()) != nil)) func aSoundFileIsWhatItsNameSays() throws {
    let bench = try FaultBench()
    let outcome = try bench.run(["render", "9", "--as", "wav", "--to", "b.flac"])
    #expect(outcome.status == 2)
    #expect(
      outcome.error
        == "cannot use --to b.flac: it must be a file that ends in .wav, the kind that is asked for\n"
    )
    #expect(try bench.run(["render", "9", "--gain", "-6", "--to", "a.flac"]).status == 0)
    let bytes = try Data(contentsOf: bench.project.appending(path: "a.flac"))
    #expect(bytes.starts(with: Data("fLaC".utf8)))
  }

  @Test func aNameThatIsTooLongIsSaidAsItWasGiven() throws {
    let bench = try FaultBench()
    let name = String(repeating: "blues ", count: 42) + "x"
    let outcome = try bench.run(["new", name, "--template", "tiny"])
    #expect(outcome.status == 2)
    #expect(outcome.error.hasPrefix("cannot make a project or template named '\(name)': "))
    let path = bench.folder.appending(path: String(repeating: "x", count: 250)).path()
    let other = try bench.run(["new", path, "--template", "tiny"])
    #expect(other.status == 1)
    #expect(
      other.error == "cannot make a project in \(path): its name is longer than 200 bytes\n")
  }

  @Test func aWrongHomeIsNotPassedOver() throws {
    let bench = try FaultBench()
    for words in [["new", "x"], ["takes"], ["takes", "--project", "blues"]] {
      let outcome = try Program.run(words, environment: ["WOODSHED_HOME": "/nowhere"])
      #expect(outcome.status == 1)
      #expect(
        outcome.error.hasPrefix(
          "cannot find the workbench: WOODSHED_HOME is /nowhere, which holds no Projects and"))
    }
    // In a project there is no need of it.
    let outcome = try bench.run(["takes"], environment: ["WOODSHED_HOME": "/nowhere"])
    #expect(outcome.status == 0)
  }
}
