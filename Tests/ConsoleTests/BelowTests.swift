import ArgumentParser
import Foundation
import Testing

@testable import woodshed

/// Only Console and what is above it know a command line.
@Suite struct BelowTests {
  static let modules = [
    "Archive", "Capture", "Disk", "Library", "MIDI", "MadeUpPianist", "Network", "Performance",
    "Player", "Plot", "Rounds", "Sequencer", "Synth", "Work", "Workbench",
  ]

  /// All commands, spelled as they are typed after the program's name.
  private static let commands: [String] = {
    Woodshed.configuration.groupedSubcommands.flatMap(\.subcommands).map {
      $0.configuration.commandName ?? "\($0)".lowercased()
    }
  }()

  @Test(arguments: modules)
  func noOptionAndNoCommandIsNamed(module: String) throws {
    let folder = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/\(module)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    // An audition's own messages are a terminal's.
    for name in names where name.hasSuffix(".swift") && !name.hasPrefix("Audition/") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        // The first words of every backup that was ever written.
        .replacing("format = \"woodshed backup\"", with: "")
      for match in text.matches(of: #/--[a-z][a-z-]+/#) {
        let isOption = SettingTests.options.contains(String(match.output))
        #expect(!isOption, "\(name) names \(match.output)")
      }
      for match in text.matches(of: #/woodshed ([a-z]+)/#) {
        let isCommand = Self.commands.contains(String(match.output.1))
        #expect(!isCommand, "\(name) names \(match.output.0)")
      }
    }
  }
}
