// swift-tools-version: 6.2
import PackageDescription

/// Where oneDNN is installed, when it is not the system's: a folder with `include/` and `lib/`.
let oneDNNRoot = Context.environment["ONEDNN_ROOT"]
/// Where its headers are; with these alone, the system's library is opened.
let oneDNNHeaders = Context.environment["ONEDNN_HEADERS"] ?? oneDNNRoot.map { "\($0)/include" }

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let oneDNNSwift: [SwiftSetting] =
  oneDNNHeaders.map { [.unsafeFlags(["-Xcc", "-I\($0)"])] } ?? []
let oneDNNLinker: [LinkerSetting] =
  oneDNNRoot.map { [.unsafeFlags(["-L\($0)/lib", "-Xlinker", "-rpath=\($0)/lib"])] } ?? []

let package = Package(
  name: "woodshed",
  products: [
    .executable(name: "woodshed", targets: ["woodshed"]),
    // For Tests/Benchmarks.
    .library(name: "Network", targets: ["Network"]),
    .library(
      name: "Duet", targets: ["Duet", "MIDI", "Network", "Performance", "Player", "Sequencer"]),
    // For Tests/Fuzzing.
    .library(
      name: "Reading",
      targets: ["Archive", "Library", "MIDI", "Network", "Performance", "Rounds", "Workbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    // Floor 0: the C libraries, and what Swift cannot say.
    .systemLibrary(name: "CALSA"),
    .systemLibrary(name: "CFluidSynth"),
    .systemLibrary(name: "CSndFile"),
    .systemLibrary(name: "COneDNN"),
    .systemLibrary(name: "CSIMD"),
    .systemLibrary(name: "CDigest"),

    // Floor 1: notes and their bytes; files; long work; strangers' text.
    .target(name: "MIDI", swiftSettings: strict),
    .target(name: "Disk", swiftSettings: strict),
    .target(name: "Work", swiftSettings: strict),
    .target(name: "Text", swiftSettings: strict),

    // Floor 2a: one door a foreign library.
    .target(name: "Archive", dependencies: ["Disk"], swiftSettings: strict),
    .target(name: "MadeUpPianist", dependencies: ["MIDI"], swiftSettings: strict),
    .target(name: "Performance", dependencies: ["Disk", "MIDI"], swiftSettings: strict),
    .target(
      name: "Network", dependencies: ["COneDNN", "CSIMD", "Disk"],
      swiftSettings: strict + oneDNNSwift,
      linkerSettings: oneDNNLinker),
    .target(
      name: "Library",
      dependencies: ["CDigest", "Disk", "MIDI", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["README.md"], swiftSettings: strict),
    .target(name: "Plot", dependencies: ["Text"], swiftSettings: strict),
    .target(name: "Sequencer", dependencies: ["CALSA", "MIDI"], swiftSettings: strict),
    .target(
      name: "Synth", dependencies: ["CFluidSynth", "CSndFile", "Disk", "MIDI"],
      swiftSettings: strict),

    // Floor 2b: a model plays; a model learns; playing gets into the library.
    .target(
      name: "Player", dependencies: ["MIDI", "Network", "Performance", "Work"],
      exclude: ["README.md"],
      swiftSettings: strict + oneDNNSwift),
    .target(
      name: "Rounds",
      dependencies: ["Disk", "Library", "MIDI", "Network", "Performance", "Player", "Work"],
      swiftSettings: strict + oneDNNSwift),
    .target(
      name: "Capture", dependencies: ["Disk", "Library", "MIDI", "Sequencer", "Work"],
      swiftSettings: strict),

    .target(
      name: "Duet",
      dependencies: [
        "Capture", "MIDI", "Network", "Performance", "Player", "Sequencer", "Work",
      ],
      exclude: ["README.md"], swiftSettings: strict + oneDNNSwift),

    // Floor 3: the project.
    .target(
      name: "Workbench",
      dependencies: [
        "Archive", "Capture", "Disk", "Duet", "Library", "MIDI", "MadeUpPianist", "Network",
        "Performance", "Player", "Plot", "Rounds", "Sequencer", "Synth", "Work",
      ],
      swiftSettings: strict + oneDNNSwift),

    // Floor 4: what a person reads and presses.
    .target(name: "Terminal", dependencies: ["MIDI", "Text"], swiftSettings: strict),
    .target(
      name: "Console",
      dependencies: [
        "Capture", "Duet", "MIDI", "Performance", "Player", "Rounds", "Terminal", "Text", "Work",
        "Workbench",
      ],
      swiftSettings: strict + oneDNNSwift),

    .target(
      name: "Studio",
      dependencies: [
        "Work", "Workbench", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      exclude: ["README.md"], resources: [.embedInCode("Resources")],
      swiftSettings: strict + oneDNNSwift),

    // Floor 5: the command line.
    .executableTarget(
      name: "woodshed",
      dependencies: [
        "Capture", "Console", "Duet", "Player", "Rounds", "Studio", "Work", "Workbench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md", "continued-take.svg"], swiftSettings: strict + oneDNNSwift),

    // What tests of several modules stand on.
    .target(
      name: "TestBed", dependencies: ["Library", "MIDI", "MadeUpPianist", "Network"],
      path: "Tests/TestBed", swiftSettings: strict + oneDNNSwift),

    .testTarget(name: "FloorPlanTests", swiftSettings: strict),
    .testTarget(name: "DiskTests", dependencies: ["Disk"], swiftSettings: strict),
    .testTarget(name: "ArchiveTests", dependencies: ["Archive"], swiftSettings: strict),
    .testTarget(
      name: "MadeUpPianistTests", dependencies: ["MIDI", "MadeUpPianist"], swiftSettings: strict),
    .testTarget(name: "MIDITests", dependencies: ["MIDI"], swiftSettings: strict),
    .testTarget(
      name: "PerformanceTests", dependencies: ["MIDI", "Network", "Performance"],
      exclude: ["compare_with_note_seq.py"], swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "NetworkTests", dependencies: ["Disk", "Network"], exclude: ["Fixtures"],
      resources: [.copy("Goldens")],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "SequencerTests",
      dependencies: [
        "CALSA", "Capture", "Console", "Duet", "Library", "MIDI", "Network", "Performance",
        "Player",
        "Sequencer", "Synth", "Terminal", "TestBed", "Work", "Workbench", "woodshed",
      ],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "FuzzingTests",
      dependencies: ["Archive", "Library", "MIDI", "Network", "Performance", "Workbench"],
      path: "Tests/Fuzzing/Sources", exclude: ["LibFuzzer", "fuzz", "notes"],
      sources: ["Targets", "Replay"], swiftSettings: strict + oneDNNSwift),
    .testTarget(name: "PlotTests", dependencies: ["Plot"], swiftSettings: strict),
    .testTarget(name: "SynthTests", dependencies: ["MIDI", "Synth"], swiftSettings: strict),
    .testTarget(
      name: "DuetTests",
      dependencies: [
        "Capture", "Duet", "MIDI", "Network", "Performance", "Player", "Sequencer",
      ],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "TerminalTests", dependencies: ["MIDI", "Terminal", "Text"], swiftSettings: strict),
    .testTarget(
      name: "LibraryTests", dependencies: ["Library", "MIDI", "Network"], exclude: ["Fixtures"],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "ConsoleTests",
      dependencies: [
        "Capture", "Console", "Duet", "Library", "MIDI", "Network", "Performance", "Player",
        "Rounds",
        "Synth", "Terminal", "Work", "Workbench", "woodshed",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "PlayerTests",
      dependencies: ["MIDI", "Network", "Performance", "Player", "Work"],
      exclude: ["Fixtures", "Goldens"], swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "RoundsTests",
      dependencies: ["Library", "MIDI", "Network", "Performance", "Player", "Rounds", "Work"],
      exclude: ["Fixtures"], swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "CaptureTests", dependencies: ["Capture", "Library", "MIDI", "Sequencer"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Archive", "Capture", "Console", "Library", "MIDI", "MadeUpPianist", "Network",
        "Performance", "Player", "Plot", "Rounds", "Sequencer", "Synth", "Terminal", "TestBed",
        "Work", "Workbench",
      ],
      exclude: ["Fixtures"], swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "StudioTests",
      dependencies: [
        "MIDI", "Studio", "Synth", "TestBed", "Workbench",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: strict + oneDNNSwift),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Console", "Library", "MIDI", "MadeUpPianist", "Network", "Player", "Rounds", "Synth",
        "Terminal", "TestBed", "Work", "Workbench", "woodshed",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Faults/failing_disk.c"], swiftSettings: strict + oneDNNSwift),
  ]
)

// Tests/with-onednn-3 builds a second time, and needs no more than the network.
if Context.environment["WOODSHED_ONLY"] == "Network" {
  let kept: Set = ["CSIMD", "COneDNN", "Disk", "Network", "NetworkTests"]
  package.targets.removeAll { !kept.contains($0.name) }
  package.products.removeAll { $0.name != "Network" }
  package.dependencies = []
}
