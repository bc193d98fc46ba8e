import Testing

/// Holds `Sources` against the floor plan in `Sources/README.md`.
@Suite struct FloorPlanTests {
  /// What each module may import, besides what comes with the toolchain.
  static let plan: [String: Set<String>] = [
    // Floor 1
    "MIDI": [],
    "Disk": [],
    "Work": [],
    "Text": [],
    // Floor 2a
    "Archive": ["Disk"],
    "Library": ["CDigest", "Disk", "GRDB", "GRDBSQLite", "MIDI"],
    "MadeUpPianist": ["MIDI"],
    "Network": ["COneDNN", "CSIMD", "Disk"],
    "Performance": ["Disk", "MIDI"],
    "Plot": ["Text"],
    "Sequencer": ["CALSA", "MIDI"],
    "Synth": ["CFluidSynth", "CSndFile", "Disk", "MIDI"],
    // Floor 2b
    "Player": ["MIDI", "Network", "Performance", "Work"],
    "Rounds": ["Disk", "Library", "MIDI", "Network", "Performance", "Player", "Work"],
    "Capture": ["Disk", "Library", "MIDI", "Sequencer", "Work"],
    "Duet": ["Capture", "MIDI", "Network", "Performance", "Player", "Sequencer", "Work"],
    // Floor 3
    "Workbench": [
      "Archive", "Capture", "Disk", "Duet", "Library", "MIDI", "MadeUpPianist", "Network",
      "Performance", "Player", "Plot", "Rounds", "Sequencer", "Synth", "Work",
    ],
    // Floor 4
    "Terminal": ["MIDI", "Text"],
    // Besides what it stands on: the modules whose values it puts into words.
    "Console": [
      "Capture", "Duet", "MIDI", "Performance", "Player", "Rounds", "Terminal", "Text", "Work",
      "Workbench",
    ],
    "Studio": ["NIOCore", "NIOHTTP1", "NIOPosix", "Work", "Workbench"],
    // Floor 5, besides what it stands on: the modules whose settings its options fill in.
    "woodshed": [
      "ArgumentParser", "Capture", "Console", "Duet", "Player", "Rounds", "Studio", "Workbench",
    ],
  ]

  /// Modules that come with the toolchain.
  static let toolchain: Set<String> = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  /// What stands above everything that a page in a browser may be made of: nothing below speaks of a command
  /// line or a terminal.
  static let terminalFloors: Set<String> = ["Terminal", "Console", "woodshed"]

  @Test(arguments: plan.keys.sorted())
  func importsRunDownwardOnly(module: String) throws {
    let allowed = try #require(Self.plan[module]).union(Self.toolchain)
    let files = try SourceFile.all(in: module)
    #expect(!files.isEmpty, "module \(module) has no source")
    for file in files {
      for imported in file.imports where !allowed.contains(imported) {
        Issue.record("\(file.path) imports \(imported)")
      }
    }
  }

  @Test func everyModuleIsOnThePlan() throws {
    let withShims = Set(Self.plan.keys).union(Self.plan.values.flatMap(\.self).filter(Self.isShim))
    #expect(try Set(SourceFile.modules()) == withShims)
  }

  @Test(arguments: [
    ("dnnl_", "Network"), ("sqlite3_", "Library"), ("snd_", "Sequencer"), ("fluid_", "Synth"),
    ("sf_", "Synth"),
  ])
  func aForeignLibraryHasOneDoor(prefix: String, door: String) throws {
    for module in Self.plan.keys where module != door {
      for file in try SourceFile.all(in: module) where file.text.contains(prefix) {
        Issue.record("\(file.path) says \(prefix)")
      }
    }
  }

  /// What the project stands on is its own affair.
  @Test(arguments: ["Archive", "Disk", "Library", "Plot", "Sequencer", "Synth"])
  func theWorkbenchShowsNothingOf(module: String) throws {
    for file in try SourceFile.all(in: "Workbench")
    where file.text.contains("public import \(module)\n") {
      Issue.record("\(file.path) shows \(module)")
    }
  }

  private static func isShim(_ name: String) -> Bool {
    name.hasPrefix("C") && name.dropFirst().first?.isUppercase == true
  }
}

/// Nothing below the console knows that there is a command line.
@Suite struct CommandLineTests {
  private static let commands = Result { try SourceFile.all(in: "woodshed") }

  /// The options of all commands as they are typed: `--to`, `--look-back`.
  private static func options() throws -> Set<String> {
    let declaration =
      #/@(?:Option|Flag)\b(?:(?!@(?:Option|Flag|Argument|OptionGroup)\b)[\s\S])*?\bvar\s+(\w+)/#
    var options: Set<String> = []
    for file in try commands.get() {
      for match in file.text.matches(of: declaration) {
        options.insert("--" + kebab(match.output.1))
      }
      for match in file.text.matches(of: #/customLong\("([\w-]+)"\)/#) {
        options.insert("--\(match.output.1)")
      }
    }
    return options
  }

  /// The names of all commands: `takes`, `rounds`.
  private static func names() throws -> Set<String> {
    var names: Set<String> = []
    for file in try commands.get() {
      for match in file.text.matches(
        of:
          #/struct\s+(\w+):\s*(?:Async)?ParsableCommand(?:(?!struct\s)[\s\S])*?CommandConfiguration\(\s*(?:commandName:\s*"(\w+)")?/#
      ) {
        names.insert(match.output.2.map(String.init) ?? kebab(match.output.1))
      }
    }
    return names.subtracting(["woodshed"])
  }

  /// Whether it is the word by which a backup's manifest is known, which stands in files that are there.
  private static func isFormat(_ words: Substring) -> Bool { words == "woodshed backup" }

  private static func kebab(_ name: Substring) -> String {
    name.reduce(into: "") { text, letter in
      if letter.isUppercase, !text.isEmpty { text += "-" }
      text += letter.lowercased()
    }
  }

  @Test func theNamesAreFound() throws {
    #expect(try Self.options().isSuperset(of: ["--to", "--look-back", "--as", "--temperature"]))
    #expect(
      try Self.names().isSuperset(of: ["takes", "rounds", "use", "note", "tune", "audition"]))
  }

  @Test(arguments: FloorPlanTests.plan.keys.filter { !FloorPlanTests.terminalFloors.contains($0) })
  func noOptionAndNoCommandIsNamedBelowTheConsole(module: String) throws {
    let (options, names) = (try Self.options(), try Self.names())
    for file in try SourceFile.all(in: module) {
      for match in file.text.matches(of: #/--[a-z][a-z-]*/#)
      where options.contains(String(match.output)) && !file.isStyle(at: match.range) {
        Issue.record("\(file.path) names the option \(match.output)")
      }
      for match in file.text.matches(of: #/woodshed ([a-z]+)/#)
      where names.contains(String(match.output.1)) && !Self.isFormat(match.output.0) {
        Issue.record("\(file.path) names the command \(match.output.0)")
      }
    }
  }
}

/// The folders of a module stand on each other, and none on itself by way of others.
@Suite struct FolderTests {
  @Test(arguments: ["Workbench", "Console", "woodshed"])
  func noFoldersNeedEachOtherInACircle(module: String) throws {
    let needs = try FolderNeeds(of: SourceFile.all(in: module))
    #expect(needs.folders.count > 1)
    let circles = needs.circles
    #expect(circles.isEmpty, "\(circles.map(needs.text).joined(separator: "\n"))")
  }

  @Test func aCircleIsFoundAndPrinted() {
    let needs = FolderNeeds(of: [
      SourceFile(path: "M/A/One.swift", text: "struct One { var two: Two }"),
      SourceFile(
        path: "M/B/Two.swift", text: "struct Two {}\nextension Two { func f() { Three() } }"),
      SourceFile(
        path: "M/Three.swift",
        text: "// One\nstruct Three { let name = \"One\"; func g(_: One) {} }"),
    ])
    #expect(needs.circles == [["A", "B", FolderNeeds.root]])
    #expect(
      needs.text(of: ["A", "B", FolderNeeds.root]).contains("A needs B: Two (One.swift)"))
  }

  @Test func aNameInACommentOrATextIsNoNeed() {
    let needs = FolderNeeds(of: [
      SourceFile(path: "M/A/One.swift", text: "/// See Two.\nstruct One { let text = \"Two\" }"),
      SourceFile(path: "M/B/Two.swift", text: "struct Two { var one: One }"),
    ])
    #expect(needs.circles.isEmpty)
  }

  @Test func aMethodOfAnExtensionIsANeed() {
    let needs = FolderNeeds(of: [
      SourceFile(path: "M/A/P.swift", text: "struct P { func f() { drawRolls() } }"),
      SourceFile(path: "M/B/P+B.swift", text: "extension P {\n  func drawRolls() {}\n}"),
    ])
    #expect(needs.circles == [["A", "B"]])
  }
}
