// swift-tools-version: 6.2
import PackageDescription

// Built by Tests/fuzz, which says with which flags.
let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "woodshed", path: "../..")],
  targets: [
    .target(name: "LibFuzzer"),
    // For Tests/compare-readers.
    .executableTarget(
      name: "notes", dependencies: [.product(name: "Reading", package: "woodshed")]),
    .executableTarget(
      name: "fuzz",
      dependencies: ["LibFuzzer", .product(name: "Reading", package: "woodshed")],
      path: "Sources", exclude: ["LibFuzzer", "Replay", "notes"], sources: ["Targets", "fuzz"],
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"), .treatAllWarnings(as: .error),
      ]),
  ]
)
