// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"), .treatAllWarnings(as: .error),
]

// Built with `-Xswiftc -enable-testing`, for what is measured here is inside the module.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "woodshed", path: "../..")],
  targets: [
    .executableTarget(
      name: "kernels",
      dependencies: [.product(name: "Network", package: "woodshed")],
      swiftSettings: strict),
    .executableTarget(
      name: "duetlive",
      dependencies: [.product(name: "Duet", package: "woodshed")],
      swiftSettings: strict),
    .executableTarget(
      name: "answers",
      dependencies: [.product(name: "Duet", package: "woodshed")],
      swiftSettings: strict),
  ]
)
