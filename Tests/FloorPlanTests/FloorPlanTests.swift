import Foundation
import Testing

/// Holds the `import` lines of `Sources` against the floor plan in `Sources/README.md`.
@Suite struct FloorPlanTests {
  /// What each module may import, besides the standard library's own modules.
  static let plan: [String: Set<String>] = [
    "Archive": [],
    "MIDI": [],
    "Disk": [],
    "Improviser": ["MIDI"],
    "Performance": ["MIDI"],
    "Network": ["COneDNN", "CSIMD", "Disk"],
    "Plot": [],
    "Sequencer": ["CALSA", "MIDI"],
    "Synth": ["CFluidSynth", "Disk", "MIDI"],
    "Terminal": ["MIDI"],
    "Library": ["CDigest", "Disk", "GRDB", "GRDBSQLite", "MIDI"],
    "Workbench": [
      "Archive", "Disk", "Improviser", "Library", "MIDI", "Network", "Performance", "Plot",
      "Sequencer", "Synth", "Terminal",
    ],
    "woodshed": ["ArgumentParser", "MIDI", "Terminal", "Workbench"],
  ]

  /// Modules that come with the toolchain.
  static let toolchain: Set<String> = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  static let sources = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  @Test(arguments: plan.keys.sorted())
  func importsRunDownwardOnly(module: String) throws {
    let allowed = try #require(Self.plan[module]).union(Self.toolchain)
    let files = try Self.swiftFiles(in: module)
    #expect(!files.isEmpty, "module \(module) has no source")
    for file in files {
      for imported in try Self.imports(of: file) {
        #expect(allowed.contains(imported), "\(file.lastPathComponent) imports \(imported)")
      }
    }
  }

  @Test func everyModuleIsOnThePlan() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path())
      .filter { $0 != "README.md" }
    let withShims = Set(Self.plan.keys).union(Self.plan.values.flatMap(\.self).filter(Self.isShim))
    #expect(Set(folders) == withShims)
  }

  @Test(arguments: [
    ("dnnl_", "Network"), ("sqlite3_", "Library"), ("snd_", "Sequencer"), ("fluid_", "Synth"),
  ])
  func aForeignLibraryHasOneDoor(prefix: String, door: String) throws {
    for module in Self.plan.keys where module != door {
      for file in try Self.swiftFiles(in: module) {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!text.contains(prefix), "\(file.lastPathComponent) says \(prefix)")
      }
    }
  }

  private static func isShim(_ name: String) -> Bool {
    name.hasPrefix("C") && name.dropFirst().first?.isUppercase == true
  }

  private static func swiftFiles(in module: String) throws -> [URL] {
    let folder = sources.appending(path: module)
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    return names.filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
  }

  private static func imports(of file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import"), keyword <= 2,
        words[..<keyword].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" }),
        let name = words.last
      else { return nil }
      return String(name.prefix { $0 != "." })
    }
  }
}
